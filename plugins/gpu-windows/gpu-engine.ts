/** A value of a performance counter with its instance name. */
export interface CounterValue {
  readonly instance: string;
  readonly value: number;
}

/** Utilisation of one adapter in percent. */
export interface AdapterLoad {
  /** All engines of all processes together, limited to 100. */
  readonly sumPercent: number;
  /** The busiest engine, as the task manager shows it. */
  readonly busiestPercent: number;
}

const LUID = /luid_0x([0-9a-f]+)_0x([0-9a-f]+)/i;
const ENGINE = /_phys_(\d+)_eng_(\d+)/;

/** Adapter number out of an instance name (high half times 2^32 plus low half); null without one. */
export function adapterLuid(instance: string): number | null {
  const match = LUID.exec(instance);
  if (!match) return null;
  return Number.parseInt(match[1]!, 16) * 2 ** 32 + Number.parseInt(match[2]!, 16);
}

/** Utilisation per adapter from the counter `\GPU Engine(*)\Utilization Percentage`. */
export function adapterLoads(values: readonly CounterValue[]): ReadonlyMap<number, AdapterLoad> {
  const engines = new Map<number, Map<string, number>>();
  for (const { instance, value } of values) {
    const luid = adapterLuid(instance);
    const engine = ENGINE.exec(instance)?.[0];
    if (luid === null || engine === undefined) continue;
    const perEngine = engines.get(luid) ?? new Map<string, number>();
    perEngine.set(engine, (perEngine.get(engine) ?? 0) + value);
    engines.set(luid, perEngine);
  }
  return new Map([...engines].map(([luid, perEngine]) => [luid, loadOf([...perEngine.values()])]));
}

function loadOf(engines: readonly number[]): AdapterLoad {
  const sum = engines.reduce((total, value) => total + value, 0);
  return {
    sumPercent: Math.min(100, sum),
    busiestPercent: Math.min(100, Math.max(...engines)),
  };
}
