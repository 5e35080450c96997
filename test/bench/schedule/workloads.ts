import type { Trace, TraceInput } from '#lib/router';
import { RandomTimes } from './random-times.js';

type Request = Extract<TraceInput, { readonly do: 'request' }>;
type Arrival = Omit<Request, 'do' | 'id'>;

/** A way to load the router, drawn anew for each seed. */
export interface Workload {
  readonly name: string;
  /** Models whose waits are told apart as those of rare models. */
  readonly cold: readonly string[];
  readonly trace: (seed: number) => Trace;
}

interface ModelTimes {
  readonly loadMs: number;
  readonly stopMs: number;
}

const STOP_MS = 1000;
const SLOTS = 16;
const HOUR_MS = 3_600_000;
/** Enough for everything that ever waits here: nothing is refused in these comparisons. */
const QUEUE = 1_000_000;

/** Loads of the models of most workloads, seconds. */
const SIX: Readonly<Record<string, number>> = { a: 20, b: 40, c: 60, d: 10, e: 30, f: 5 };
const THREE: Readonly<Record<string, number>> = { a: 20, b: 40, c: 60 };

function times(loads: Readonly<Record<string, number>>): Record<string, ModelTimes> {
  const entries = Object.entries(loads).map(([model, seconds]) => {
    return [model, { loadMs: seconds * 1000, stopMs: STOP_MS }] as const;
  });
  return Object.fromEntries(entries);
}

function traceOf(name: string, world: Record<string, ModelTimes>, arrivals: Arrival[]): Trace {
  const models = Object.keys(world).map((model) => {
    return [model, { concurrencyLimit: SLOTS, queueLimit: QUEUE }] as const;
  });
  const inputs = arrivals
    .toSorted((left, right) => left.at - right.at)
    .map((arrival, index) => ({ do: 'request' as const, id: `r${index}`, ...arrival }));
  return {
    id: name,
    config: { router: 'group', models: Object.fromEntries(models), healthCheckTimeoutMs: HOUR_MS },
    world,
    inputs,
  };
}

function zipf(percent: number): Workload {
  const name = `zipf ${percent} %`;
  const meanMs = 4000;
  return {
    name,
    cold: ['e', 'f'],
    trace: (seed) => {
      const draw = new RandomTimes(seed);
      const models = Object.keys(SIX);
      // One request at a time would keep a model busy for this share of the time.
      const rate = (percent / 100) * (1000 / meanMs);
      const arrivals = draw.poisson(rate, 2 * HOUR_MS).map((at) => {
        const model = models[draw.zipf(models.length)]!;
        return { at, model, serviceMs: draw.exponentialMs(meanMs) };
      });
      return traceOf(name, times(SIX), arrivals);
    },
  };
}

/** Three models asked for equally often. */
const balanced: Workload = {
  name: 'balanced',
  cold: [],
  trace: (seed) => {
    const draw = new RandomTimes(seed);
    const arrivals = Object.keys(THREE).flatMap((model) =>
      draw.poisson(0.05, 2 * HOUR_MS).map((at) => {
        return { at, model, serviceMs: draw.exponentialMs(5000) };
      }),
    );
    return traceOf('balanced', times(THREE), arrivals);
  },
};

/** One model at 1 request per second, two others a few times an hour. */
const hot: Workload = {
  name: 'hot + cold',
  cold: ['b', 'c'],
  trace: (seed) => {
    const draw = new RandomTimes(seed);
    const stream = draw.poisson(1, 4 * HOUR_MS).map((at) => {
      return { at, model: 'a', serviceMs: 2000 + draw.exponentialMs(6000) };
    });
    const rare = ['b', 'c'].flatMap((model) =>
      draw.poisson(6 / 3600, 4 * HOUR_MS).map((at) => {
        return { at, model, serviceMs: draw.exponentialMs(8000) };
      }),
    );
    return traceOf('hot + cold', times(THREE), [...stream, ...rare]);
  },
};

/** An orchestrator that calls explorers in parallel and then a coder, task after task. */
const agents: Workload = {
  name: 'agents',
  cold: ['c'],
  trace: (seed) => {
    const draw = new RandomTimes(seed);
    const arrivals: Arrival[] = [];
    for (const startMs of draw.poisson(12 / 3600, 2 * HOUR_MS)) {
      let at = startMs;
      for (let round = 0; round < 3; round += 1) {
        arrivals.push({ at, model: 'a', serviceMs: draw.exponentialMs(6000) });
        at += draw.exponentialMs(8000);
        const explorers = draw.random.integer(2, 6);
        for (let index = 0; index < explorers; index += 1) {
          arrivals.push({ at: at + index * 50, model: 'b', serviceMs: draw.exponentialMs(9000) });
        }
        at += draw.exponentialMs(30_000);
        arrivals.push({ at, model: 'c', serviceMs: draw.exponentialMs(20_000) });
        at += draw.exponentialMs(30_000);
      }
    }
    return traceOf('agents', times(THREE), arrivals);
  },
};

/** A steady stream, and now and then 50 requests at once for another model. */
const bursts: Workload = {
  name: 'bursts of 50',
  cold: ['b'],
  trace: (seed) => {
    const draw = new RandomTimes(seed);
    const stream = draw.poisson(0.2, 2 * HOUR_MS).map((at) => {
      return { at, model: 'a', serviceMs: draw.exponentialMs(4000) };
    });
    const burst = draw.poisson(4 / 3600, 2 * HOUR_MS).flatMap((at) =>
      Array.from({ length: 50 }, (_, index) => {
        return { at: at + index, model: 'b', serviceMs: draw.exponentialMs(3000) };
      }),
    );
    return traceOf('bursts of 50', times(THREE), [...stream, ...burst]);
  },
};

/** As balanced, with service times that are mostly short and sometimes very long. */
const heavy: Workload = {
  name: 'heavy tail',
  cold: [],
  trace: (seed) => {
    const draw = new RandomTimes(seed);
    const arrivals = Object.keys(THREE).flatMap((model) =>
      draw.poisson(0.04, 2 * HOUR_MS).map((at) => ({ at, model, serviceMs: draw.heavyMs(6000) })),
    );
    return traceOf('heavy tail', times(THREE), arrivals);
  },
};

/** Everything that is compared, in the order of the table. */
export const WORKLOADS: readonly Workload[] = [
  zipf(30),
  zipf(60),
  zipf(90),
  balanced,
  hot,
  agents,
  bursts,
  heavy,
];

/** A model of the memory workload. */
interface Sized {
  readonly gib: number;
  readonly loadS: number;
}

/**
 * Models of a workstation with 48 GiB. Size and load time do not go together: one engine maps a file
 * into memory, another compiles for a minute before it answers.
 */
const FLEET: Readonly<Record<string, Sized>> = {
  'chat-32b': { gib: 19, loadS: 14 },
  'chat-8b-compiled': { gib: 17, loadS: 95 },
  'chat-14b': { gib: 10, loadS: 7 },
  'chat-4b': { gib: 4, loadS: 3 },
  'code-32b': { gib: 20, loadS: 16 },
  'code-7b-compiled': { gib: 15, loadS: 80 },
  'vision-11b': { gib: 9, loadS: 8 },
  embed: { gib: 1, loadS: 3 },
  rerank: { gib: 2, loadS: 4 },
  speech: { gib: 4, loadS: 40 },
  listen: { gib: 3, loadS: 12 },
  image: { gib: 14, loadS: 45 },
};

/** Popular first. */
const POPULARITY = [
  'chat-14b',
  'embed',
  'chat-32b',
  'chat-8b-compiled',
  'vision-11b',
  'code-32b',
  'code-7b-compiled',
  'chat-4b',
  'speech',
  'image',
  'listen',
  'rerank',
];

/** Room for several models at once; popularity by Zipf's law, light load. */
export const memoryWorkload: Workload = {
  name: 'memory 48 GiB',
  cold: ['image', 'listen'],
  trace: (seed) => {
    const draw = new RandomTimes(seed);
    const arrivals = draw.poisson(1 / 60, 24 * HOUR_MS).map((at) => {
      const model = POPULARITY[draw.zipf(POPULARITY.length)]!;
      return { at, model, serviceMs: draw.exponentialMs(5000) };
    });
    const loads = Object.entries(FLEET).map(([model, { loadS }]) => [model, loadS] as const);
    const sizes = Object.entries(FLEET).map(([model, { gib }]) => [model, gib * 1024] as const);
    const trace = traceOf('memory 48 GiB', times(Object.fromEntries(loads)), arrivals);
    const hints = { vramMb: Object.fromEntries(sizes), vramTotalMb: 48 * 1024 };
    return { ...trace, hints };
  },
};
