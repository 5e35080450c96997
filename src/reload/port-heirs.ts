import { DroverConfig, ModelConfig } from '#lib/config';

/**
 * Which models of a new configuration take over the port of other models' old servers, by model id.
 * They must not start before those have ended: two generations never share a port.
 *
 * @param ending Models whose old server ends.
 */
export function portHeirs(
  before: DroverConfig,
  after: DroverConfig,
  ending: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const id of ending) {
    const port = portOf(before.models.get(id));
    if (port !== null) owners.set(port, [...(owners.get(port) ?? []), id]);
  }
  const heirs = new Map<string, readonly string[]>();
  for (const [id, model] of after.models) {
    const others = owners.get(portOf(model) ?? '')?.filter((owner) => owner !== id) ?? [];
    if (others.length > 0) heirs.set(id, others);
  }
  return heirs;
}

/** The port that a model's server is reached at, or null for an address that says none. */
function portOf(model: ModelConfig | undefined): string | null {
  if (!model || !URL.canParse(model.proxy)) return null;
  return new URL(model.proxy).port || null;
}
