import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of dashboards, rules and provisioning files. */
export const GRAFANA = join(import.meta.dirname, '../../grafana');

/** One query of one panel. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

/** The dashboards by file name. */
export function dashboards(): ReadonlyMap<string, Dashboard> {
  const folder = join(GRAFANA, 'dashboards');
  const files = readdirSync(folder).map((name) => {
    return [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Dashboard] as const;
  });
  return new Map(files);
}

/** Every query of every panel. */
export function panelQueries(): readonly PanelQuery[] {
  return [...dashboards().values()].flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr }) => ({ dashboard: title, panel: panel.title, expr })),
    ),
  );
}

/** A query as Grafana sends it, with everything chosen. */
export function withVariables(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range_s', '300')
    .replaceAll('$__range', '5m')
    .replaceAll(/\$(job|instance|model|gpu)\b/g, '.*');
}
