import { PluginConfigError, PluginConfigProblem } from '#lib/plugin-api';

/** Validated settings of the scheduler. */
export interface FairSettings {
  /**
   * After so long the oldest waiting request is served next; 0 = never. Null: the larger of 30 s and
   * twice the expected time to load every model that has requests waiting.
   */
  readonly maxWaitMs: number | null;
  /** A waiting request gains one step of priority in this time; 0 = never. */
  readonly agingMs: number;
  /** Longest time for which a swap back and forth is put off together; 0 = never. */
  readonly holdMs: number;
}

const DEFAULTS: FairSettings = { maxWaitMs: null, agingMs: 10_000, holdMs: 5_000 };
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads `maxWait`, `aging` and `hold`: numbers are seconds, texts have a unit (`90s`, `1.5m`).
 *
 * @throws PluginConfigError with every duration that cannot be read.
 */
export function readFairSettings(settings: unknown): FairSettings {
  const values = valuesOf(settings);
  const problems: PluginConfigProblem[] = [];
  const read = <Default>(key: string, fallback: Default): number | Default => {
    const value = values.get(key);
    if (value === undefined || value === null) return fallback;
    const durationMs = parseDuration(value);
    if (durationMs !== null) return durationMs;
    const message = `${key} must be a duration of at least 0 such as 90, 90s or 2m, not ${JSON.stringify(value)}`;
    problems.push({ path: key, message, kind: 'bad-duration' });
    return fallback;
  };
  const result = {
    maxWaitMs: read('maxWait', DEFAULTS.maxWaitMs),
    agingMs: read('aging', DEFAULTS.agingMs),
    holdMs: read('hold', DEFAULTS.holdMs),
  };
  if (problems.length > 0) throw new PluginConfigError(problems);
  return result;
}

function valuesOf(settings: unknown): ReadonlyMap<string, unknown> {
  if (settings instanceof Map) return settings as ReadonlyMap<string, unknown>;
  const isPlain = typeof settings === 'object' && settings !== null;
  return new Map(Object.entries(isPlain ? settings : {}));
}

function parseDuration(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * 1000 : null;
  if (typeof value !== 'string') return null;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(value.trim());
  return match ? Number(match[1]) * UNITS[match[2] ?? 's']! : null;
}
