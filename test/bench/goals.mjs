// What is measured, how, and what is wanted of it.
import {
  added,
  cell,
  figureOf,
  largestOf,
  ofDrover,
  over,
  scaled,
  worstColdOfFair,
} from './find.mjs';

const REQUEST = 'Warm small request';
const RATE = 'Small request';
const EVENT = 'Streamed event, 64';
const MANY = 'Streamed event, 1000';
/** Megabytes in a mebibyte. */
const MB_PER_MIB = 2 ** 20 / 1e6;

/**
 * The benchmarks. `args` are file and arguments; `quick` what is put behind them for a first impression
 * (`quickArgs` instead of `args`), or null where it is left out then. `minutes` is how long it may take at most,
 * 10 unless given.
 *
 * `goals` are lines of the last table: `what`; `most`, at most how much (null where nothing is asked for);
 * `find`, where the figure is found in what the benchmark prints; `why`, the heading of
 * docs/performance.md under which the figure, and a miss, is explained; and `isOwn` where the goal goes beyond what
 * Drover promises.
 */
export const BENCHMARKS = [
  {
    name: 'proxy',
    args: ['proxy/run.mjs'],
    quick: ['--rounds', '2', '--requests', '1500', '--events', '40', '--seconds', '2'],
    minutes: 15,
    goals: [
      {
        what: 'CPU per warm small request, × llama-swap',
        most: 0.8,
        find: over(REQUEST, 'CPU µs per request', 'llama-swap'),
        why: 'What is left',
      },
      {
        what: 'CPU per streamed event, × llama-swap',
        most: 1,
        find: over(EVENT, 'CPU µs per event', 'llama-swap'),
        why: 'What is left',
      },
      {
        what: 'CPU per warm small request, × bare proxy',
        most: 1.3,
        find: ofDrover(REQUEST, '× bare'),
        why: 'What is left',
        isOwn: true,
      },
      {
        what: 'CPU per streamed event, × bare proxy',
        most: 1.3,
        find: ofDrover(EVENT, '× bare'),
        why: 'What is left',
        isOwn: true,
      },
      {
        what: 'added latency at 200 requests/s, p50, ms',
        most: 1,
        find: added(RATE, 'p50 ms'),
        why: 'Latency',
      },
      {
        what: 'added latency at 200 requests/s, p99, ms',
        most: 5,
        find: added(RATE, 'p99 ms'),
        why: 'Latency',
      },
      {
        what: 'added delay of an event, 1,000 streams, p99, ms',
        most: 2,
        find: added(MANY, 'p99 ms'),
        why: 'A thousand streams',
      },
    ],
  },
  {
    name: 'ready',
    args: ['ready/run.mjs', '--most', '900'],
    quick: ['--starts', '20'],
    goals: [
      {
        what: 'ready upstream to first byte, mean, ms',
        most: 30,
        find: cell('both', 'mean'),
        why: 'Loads',
      },
    ],
  },
  {
    name: 'schedule',
    args: ['run.mjs', 'schedule/run.ts', '8'],
    quick: [],
    quickArgs: ['run.mjs', 'schedule/run.ts', '2'],
    goals: [
      {
        what: 'worst wait for a cold model beside a hot one, s',
        most: 600,
        find: worstColdOfFair,
        why: 'Loads',
      },
    ],
  },
  {
    name: 'matrix',
    args: ['run.mjs', 'schedule/matrix.ts'],
    quick: [],
    goals: [
      {
        what: 'decision of the matrix planner, 200 models, µs',
        most: 1000,
        find: largestOf('CPU µs'),
        why: 'Loads',
      },
    ],
  },
  {
    name: 'swap',
    args: ['swap/run.mjs'],
    quick: ['--swaps', '6', '--bursts', '1'],
    goals: [
      {
        what: 'swap beside stop and load of the servers, mean, ms',
        most: null,
        find: cell('swap beside the load', 'mean'),
      },
      {
        what: '500 requests for a cold model: ready to last answered, p50, ms',
        most: null,
        find: cell('ready to last answered', 'p50', '500 requests'),
      },
    ],
  },
  {
    name: 'reload',
    args: ['reload/run.mjs'],
    quick: ['--reloads', '10'],
    goals: [
      {
        what: '100 reloads under 50 streams: broken streams',
        most: 0,
        find: largestOf('streams broken'),
        why: 'Right or wrong',
      },
      {
        what: '100 reloads under 50 streams: restarted processes',
        most: 0,
        find: largestOf('processes restarted'),
        why: 'Right or wrong',
      },
    ],
  },
  {
    name: 'interleavings',
    args: ['interleavings/run.mjs'],
    quick: ['--histories', '50', '--real', '10'],
    minutes: 20,
    goals: [
      {
        what: '10,000 random interleavings: broken setups',
        most: 0,
        find: largestOf('broken'),
        why: 'Right or wrong',
      },
    ],
  },
  {
    name: 'config',
    args: ['run.mjs', 'config/load-500.ts'],
    quick: [],
    goals: [
      {
        what: 'configuration of 500 models, CPU, median, ms',
        most: null,
        find: figureOf(/^rich +CPU time +\d+ +(\d+)/m),
      },
    ],
  },
  {
    name: 'start',
    args: ['start/run.mjs'],
    quick: ['--starts', '3', '--idle', '3'],
    goals: [
      {
        what: 'start to listening, median, s',
        most: 1,
        find: cell('start to listening, s', 'median'),
        why: 'Start',
      },
      {
        what: 'idle RSS, median, MB',
        most: 120,
        find: scaled(cell('idle RSS, MiB', 'median'), MB_PER_MIB),
        why: 'Memory at rest',
      },
    ],
  },
  {
    name: 'memory',
    args: ['memory/run.mjs'],
    quick: null,
    goals: [
      {
        what: 'growth under 200 slow readers or 1 GB streamed, MB',
        most: 50,
        find: largestOf('growth MiB', MB_PER_MIB),
        why: 'Slow readers',
      },
    ],
  },
  {
    name: 'metrics',
    args: ['metrics/run.mjs'],
    quick: [],
    goals: [
      {
        what: '/metrics with 100 models, median, ms',
        most: 50,
        find: figureOf(/scrape p50 ([\d.]+) ms/),
        why: 'Metrics',
      },
    ],
  },
  {
    name: 'idle',
    args: ['idle/run.mjs', '--seconds', '30'],
    quick: null,
    goals: [
      {
        what: 'all monitoring on an idle server, % of one core',
        most: 1,
        find: figureOf(/^all monitoring.*: ([\d.]+) %/m),
        why: 'Metrics',
        isOwn: true,
      },
    ],
  },
  {
    name: 'kills',
    args: ['kills/run.mjs', '--drovers', '10'],
    quick: null,
    goals: [
      {
        what: 'a GPU probe is back after a kill, slowest of 100, s',
        most: 10,
        find: figureOf(/slowest: ([\d.]+) s/),
        why: 'Metrics',
        isOwn: true,
      },
    ],
  },
];

/** What tests hold, because it is a matter of right and wrong and not of a figure. */
export const HELD_BY_TESTS = [
  {
    what: 'loads of recorded request traces',
    target: '≤ llama-swap',
    test: 'test/routing-traces.spec.ts',
  },
];
