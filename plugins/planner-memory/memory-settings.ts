import { ANY_DEVICE, PlannerConfig, PluginConfigError, PluginConfigProblem } from '#lib/plugin-api';
import { parseByteSize } from './byte-size.js';

/** Validated settings of the planner. */
export interface MemorySettings {
  /** Bytes that models may use, per device; devices without an entry count as measured. */
  readonly budget: ReadonlyMap<string, number>;
  /** Bytes kept free on every device. */
  readonly reserveBytes: number;
  /** Models that are never evicted. */
  readonly pinned: ReadonlySet<string>;
}

const SIZE = 'a size of at least 0 such as 22GiB or 500MB';

/**
 * Reads `budget` (one size, or one per device), `reserve` and `pinned`.
 *
 * @throws PluginConfigError with every problem.
 */
export function readMemorySettings({ settings, resolve }: PlannerConfig): MemorySettings {
  const values = mappingOf(settings);
  const problems: PluginConfigProblem[] = [];
  const size = (value: unknown, path: string): number => {
    const bytes = parseByteSize(value);
    if (bytes === null) {
      const message = `${path} must be ${SIZE}, not ${JSON.stringify(value)}`;
      problems.push({ path, message, kind: 'bad-size' });
    }
    return bytes ?? 0;
  };
  const budget = new Map<string, number>();
  for (const [device, value] of budgetEntries(values.get('budget'))) {
    budget.set(device, size(value, device === ANY_DEVICE ? 'budget' : `budget.${device}`));
  }
  const reserveBytes = size(values.get('reserve') ?? 0, 'reserve');
  const pinned = new Set<string>();
  for (const [index, name] of listOf(values.get('pinned'), problems).entries()) {
    const model = typeof name === 'string' ? resolve(name) : null;
    if (model !== null) pinned.add(model);
    else {
      const message = `pinned must name models, not ${JSON.stringify(name)}`;
      problems.push({ path: `pinned[${index}]`, message, kind: 'unknown-model' });
    }
  }
  if (problems.length > 0) throw new PluginConfigError(problems);
  return { budget, reserveBytes, pinned };
}

function budgetEntries(value: unknown): readonly (readonly [string, unknown])[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? [...mappingOf(value)] : [[ANY_DEVICE, value]];
}

function listOf(value: unknown, problems: PluginConfigProblem[]): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  problems.push({ path: 'pinned', message: 'pinned must be a list of models', kind: 'not-a-list' });
  return [];
}

function mappingOf(value: unknown): ReadonlyMap<string, unknown> {
  if (value instanceof Map) return value as ReadonlyMap<string, unknown>;
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(Object.entries(isPlain ? value : {}));
}
