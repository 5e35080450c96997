// CPU and latency of proxies: a bare one, http-proxy-middleware, nginx, llama-swap and Drover, in one run.
//
//   npm run bench:proxy [-- --rounds 5 --requests 4000 --streams 64 --events 100 --every 20
//                           --many 1000 --seconds 3 --only bare,drover --json]
//
// nginx takes part where it is installed, llama-swap where LLAMA_SWAP_BIN names its program.
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { median, quantile, sorted } from '../figures.mjs';
import { printTable } from '../table.mjs';
import { startAll, startUpstream } from './contenders.mjs';
import { load, loadAtRate } from './load.mjs';

const PER_SECOND = 200;

/** At the pace of 64 streams every 20 ms, a thousand would be more than the machine carries. */
const MANY_PACE = 10;

const WARM_EVENTS = { events: 400, everyMs: 5 };

/** As long as few streams, with fewer events; they begin one after the other, as clients come. */
function manyOf(width, { events, everyMs }) {
  const fewer = { events: Math.ceil(events / MANY_PACE) * 3, everyMs: everyMs * MANY_PACE };
  return { width, total: width, ...fewer, rampMs: 1000 };
}

/** The loads, each with the number of units that its CPU time is divided by. */
function loadsOf({ requests, streams, events, everyMs, many, seconds }) {
  const small = { width: 16 };
  return [
    {
      key: 'request',
      title: `Warm small request, ${small.width} at a time`,
      unit: 'request',
      units: requests,
      // Enough for the optimising compiler to have done its work in every contender.
      warm: (origin) => load(origin, { ...small, total: 25_000 }),
      run: (origin) => load(origin, { ...small, total: requests }),
      times: 'latencies',
    },
    {
      key: 'rate',
      title: `Small request, ${PER_SECOND} per second`,
      unit: 'request',
      units: PER_SECOND * seconds,
      run: (origin) => loadAtRate(origin, { total: PER_SECOND * seconds, perSecond: PER_SECOND }),
      times: 'latencies',
    },
    {
      key: 'event',
      title: `Streamed event, ${streams} streams`,
      unit: 'event',
      units: events > 0 ? streams * (events + 1) : 0,
      // As above: Drover has more code that waits for the compiler than the bare proxy.
      warm: (origin) => load(origin, { width: streams, total: streams, ...WARM_EVENTS }),
      run: (origin) => load(origin, { width: streams, total: streams, events, everyMs }),
      times: 'delays',
    },
    {
      key: 'manyEvents',
      title: `Streamed event, ${many} streams`,
      unit: 'event',
      units: events > 0 ? many * (manyOf(many, { events, everyMs }).events + 1) : 0,
      run: (origin) => load(origin, manyOf(many, { events, everyMs })),
      times: 'delays',
    },
  ];
}

async function measure(contender, what) {
  const { units, times } = what;
  const before = await contender.usage();
  const result = await play(contender, what);
  const after = await contender.usage();
  const ascending = sorted(result[times]);
  return {
    cpuMicros: (after.cpuMicros - before.cpuMicros) / units,
    p50Ms: quantile(ascending, 0.5),
    p99Ms: quantile(ascending, 0.99),
    rssMib: after.rssBytes / 2 ** 20,
    bytes: result.bytes,
  };
}

/** Runs a load on a contender. @throws Error that tells which. */
async function play({ name, origin }, { title, run }) {
  try {
    return await run(origin);
  } catch (error) {
    throw new Error(`${title}: ${name}: ${error.message}`, { cause: error });
  }
}

/** Correctness first: everybody must deliver the same bytes. */
async function checkAndWarm(contenders, what) {
  const { title, warm } = what;
  let expected;
  for (const contender of contenders) {
    const { name, origin } = contender;
    const { bytes } = await play(contender, what);
    expected ??= bytes;
    if (bytes !== expected) {
      throw new Error(`${title}: ${name} delivered ${bytes} bytes, not ${expected}`);
    }
    await warm?.(origin);
  }
}

/** Medians over rounds in which everybody has a turn, so that a busy neighbour hits all alike. */
async function compare(contenders, what, rounds) {
  await checkAndWarm(contenders, what);
  const runs = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      runs.get(contender.name).push(await measure(contender, what));
    }
  }
  return [...runs].map(([name, all]) => {
    const of = (key) => median(all.map((one) => one[key]));
    // A ratio within a round compares what ran at nearly the same time.
    const base = runs.get('bare') ?? all;
    const overBare = median(all.map(({ cpuMicros }, at) => cpuMicros / base[at].cpuMicros));
    const cpuMicros = of('cpuMicros');
    return {
      name,
      cpuMicros,
      overBare,
      p50Ms: of('p50Ms'),
      p99Ms: of('p99Ms'),
      rssMib: of('rssMib'),
    };
  });
}

function show({ title, unit }, rows) {
  const head = ['contender', `CPU µs per ${unit}`, '× bare', 'p50 ms', 'p99 ms', 'RSS MiB'];
  const cells = rows.map(({ name, cpuMicros, overBare, p50Ms, p99Ms, rssMib }) => [
    name,
    cpuMicros.toFixed(1),
    overBare.toFixed(2),
    p50Ms?.toFixed(2) ?? '',
    p99Ms?.toFixed(2) ?? '',
    rssMib.toFixed(0),
  ]);
  printTable(title, head, cells);
}

/** Runs the comparison and returns its rows by load. */
export async function benchProxies({ rounds, only = null, quiet = false, ...sizes }) {
  const upstream = await startUpstream();
  const contenders = await startAll(`http://127.0.0.1:${upstream.port}`, only);
  const results = {};
  try {
    for (const what of loadsOf(sizes)) {
      if (what.units === 0) continue;
      results[what.key] = await compare(contenders, what, rounds);
      if (!quiet) show(what, results[what.key]);
    }
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
    upstream.child.kill();
  }
  return results;
}

const text = (value) => ({ type: 'string', default: value });

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      rounds: text('5'),
      requests: text('4000'),
      streams: text('64'),
      events: text('100'),
      every: text('20'),
      many: text('1000'),
      seconds: text('3'),
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const results = await benchProxies({
    rounds: Number(values.rounds),
    requests: Number(values.requests),
    streams: Number(values.streams),
    events: Number(values.events),
    everyMs: Number(values.every),
    many: Number(values.many),
    seconds: Number(values.seconds),
    only: values.only?.split(',') ?? null,
    quiet: values.json,
  });
  if (values.json) console.log(JSON.stringify(results, null, 2));
}
