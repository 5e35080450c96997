// What is measured, how, and what is wanted of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { largestIn, numberIn } from './markdown.mjs';

const REQUEST = 'Warm small request';
const RATE = 'Small request';
const EVENT = 'Streamed event, 64';
const MANY = 'Streamed event, 1000';

const ofDrover = (title, column) => (tables) => numberIn(tables, { title, row: 'drover', column });

/** Drover's figure divided by another contender's; null when that did not take part. */
const over = (title, column, other) => (tables) => {
  const [ours, theirs] = ['drover', other].map((row) => numberIn(tables, { title, row, column }));
  return ours === null || theirs === null ? null : ours / theirs;
};

/** What Drover adds to the way without a proxy. */
const added = (title, column) => (tables) => {
  const [ours, direct] = ['drover', 'direct'].map((row) =>
    numberIn(tables, { title, row, column }),
  );
  return ours === null || direct === null ? null : Math.max(0, ours - direct);
};

const PROXY_GOALS = [
  ['CPU per warm small request, × bare proxy', 1.3, ofDrover(REQUEST, '× bare')],
  ['CPU per streamed event, × bare proxy', 1.3, ofDrover(EVENT, '× bare')],
  [
    'CPU per warm small request, × llama-swap',
    0.8,
    over(REQUEST, 'CPU µs per request', 'llama-swap'),
  ],
  ['CPU per streamed event, × llama-swap', 1, over(EVENT, 'CPU µs per event', 'llama-swap')],
  ['added latency at 200 requests/s, p50, ms', 1, added(RATE, 'p50 ms')],
  ['added latency at 200 requests/s, p99, ms', 5, added(RATE, 'p99 ms')],
  ['added delay of an event, 1,000 streams, p99, ms', 2, added(MANY, 'p99 ms')],
];

/**
 * The benchmarks. `goals` are lines of the final table: what, at most how much (null where nothing is
 * asked for), and where the figure is found in the tables that the benchmark prints. `quick` arguments
 * give a first impression.
 */
export const BENCHMARKS = [
  {
    name: 'proxy',
    args: ['proxy/run.mjs'],
    quick: ['--rounds', '3', '--requests', '1500', '--events', '40', '--seconds', '2'],
    goals: PROXY_GOALS,
  },
  {
    name: 'ready',
    args: ['ready/run.mjs', '--most', '900'],
    quick: ['--starts', '20'],
    goals: [
      [
        'ready upstream to first byte, mean, ms',
        30,
        (tables) => numberIn(tables, { row: 'both', column: 'mean' }),
      ],
    ],
  },
  {
    name: 'schedule',
    args: ['run.mjs', 'schedule/run.ts', '8'],
    quick: [],
    quickArgs: ['run.mjs', 'schedule/run.ts', '2'],
    goals: [['worst wait for a cold model beside a hot one, s', 600, worstColdOfFair]],
  },
  {
    name: 'matrix',
    args: ['run.mjs', 'schedule/matrix.ts'],
    quick: [],
    goals: [
      [
        'decision of the matrix planner, 200 models, µs',
        1000,
        (tables) => largestIn(tables, 'CPU µs'),
      ],
    ],
  },
  {
    name: 'swap',
    args: ['swap/run.mjs'],
    quick: ['--swaps', '6', '--bursts', '1'],
    goals: [
      [
        'swap beside stop and load of the servers, mean, ms',
        null,
        (tables) => numberIn(tables, { row: 'swap beside the load', column: 'mean' }),
      ],
      [
        '500 requests for a cold model: ready to last answered, p50, ms',
        null,
        (tables) =>
          numberIn(tables, { title: '500 requests', row: 'ready to last answered', column: 'p50' }),
      ],
    ],
  },
  {
    name: 'reload',
    args: ['reload/run.mjs'],
    quick: ['--reloads', '10'],
    goals: [
      ['100 reloads under 50 streams: broken streams', 0, largestOf('streams broken')],
      ['100 reloads under 50 streams: restarted processes', 0, largestOf('processes restarted')],
    ],
  },
  {
    name: 'interleavings',
    args: ['interleavings/run.mjs'],
    quick: ['--histories', '50', '--real', '10'],
    goals: [['10,000 random interleavings: broken setups', 0, largestOf('broken')]],
  },
  {
    name: 'config',
    args: ['run.mjs', 'config/load-500.ts'],
    quick: [],
    goals: [['configuration of 500 models, CPU, median, ms', null, configMs]],
  },
  {
    name: 'start',
    args: ['start/run.mjs'],
    quick: ['--starts', '3', '--idle', '3'],
    goals: [
      ['start to listening, median, s', 1, startFigure('start to listening, s')],
      ['idle RSS, median, MiB', 120, startFigure('idle RSS, MiB')],
    ],
  },
  {
    name: 'memory',
    args: ['memory/run.mjs'],
    quick: null,
    goals: [
      [
        'growth under 200 slow readers or 1 GiB streamed, MiB',
        50,
        (tables) => largestIn(tables, 'growth MiB'),
      ],
    ],
  },
  {
    name: 'metrics',
    args: ['metrics/run.mjs'],
    quick: [],
    goals: [['/metrics with 100 models, median, ms', 50, figureOf(/scrape p50 ([\d.]+) ms/)]],
  },
  {
    name: 'idle',
    args: ['idle/run.mjs'],
    quick: null,
    goals: [
      [
        'all monitoring on an idle server, % of one core',
        1,
        figureOf(/^all monitoring.*: ([\d.]+) %/m),
      ],
    ],
  },
  {
    name: 'kills',
    args: ['kills/run.mjs'],
    quick: null,
    goals: [
      ['a GPU probe is back after a kill, slowest of 100, s', 10, figureOf(/slowest: ([\d.]+) s/)],
    ],
  },
].filter(({ args }) => args.some((file) => existsSync(join(import.meta.dirname, file))));

/** What tests hold, because it is a matter of right and wrong and not of a figure. */
export const HELD_BY_TESTS = [
  ['loads of the reference’s traces', '≤ llama-swap', 'test/routing-traces.spec.ts'],
];

function worstColdOfFair(tables) {
  const row = tables
    .flatMap(({ rows }) => rows)
    .find(({ name, contestant }) => name === 'hot + cold' && contestant === 'fair');
  return row ? Number(row['worst cold s']) : null;
}

function largestOf(column) {
  return (tables) => largestIn(tables, column);
}

function configMs(_tables, text) {
  const found = /^rich +CPU time +\d+ +(\d+)/m.exec(text);
  return found ? Number(found[1]) : null;
}

function startFigure(row) {
  return (tables) => numberIn(tables, { row, column: 'median' });
}

function figureOf(pattern) {
  return (_tables, text) => {
    const found = pattern.exec(text);
    return found ? Number(found[1]) : null;
  };
}
