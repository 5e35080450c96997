// CPU per warm request and per streamed event: a bare proxy, http-proxy-middleware and Drover, in one run.
//
//   npm run bench:proxy [-- --rounds 5 --requests 4000 --streams 64 --chunks 100]
import { parseArgs } from 'node:util';
import { quantile } from '../drover.mjs';
import { startAll, startUpstream } from './contenders.mjs';
import { load } from './load.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '4000' },
    streams: { type: 'string', default: '64' },
    chunks: { type: 'string', default: '100' },
  },
});
const rounds = Number(values.rounds);
const requests = Number(values.requests);
const streams = Number(values.streams);
const chunks = Number(values.chunks);

const small = { total: requests, width: 16 };
const streaming = { total: streams, width: streams, chunks };

async function measure(contender, options, units) {
  const before = await contender.usage();
  const { latencies, bytes } = await load(contender.origin, options);
  const after = await contender.usage();
  const ascending = sorted(latencies);
  return {
    micros: (after.cpuMicros - before.cpuMicros) / units,
    p50: quantile(ascending, 0.5),
    p99: quantile(ascending, 0.99),
    rssMib: after.rssBytes / 2 ** 20,
    bytes,
  };
}

const sorted = (numbers) => numbers.toSorted((one, other) => one - other);
const median = (numbers) => quantile(sorted(numbers), 0.5);

async function compare(contenders, { title, options, units, warmUp }) {
  const results = new Map(contenders.map(({ name }) => [name, []]));
  let expected;
  for (const contender of contenders) {
    // Correctness first: everybody must deliver the same bytes.
    const { bytes } = await load(contender.origin, { ...options, total: options.width });
    expected ??= bytes;
    if (bytes !== expected)
      throw new Error(`${contender.name} delivered ${bytes}, not ${expected}`);
    await load(contender.origin, { ...options, total: warmUp });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      results.get(contender.name).push(await measure(contender, options, units));
    }
  }
  console.log(`\n${title}\n`);
  console.log('| contender | CPU µs | × bare | p50 ms | p99 ms | RSS MiB |');
  console.log('|---|---|---|---|---|---|');
  const base = median(results.get('bare').map(({ micros }) => micros));
  for (const [name, runs] of results) {
    const cell = (key, digits) => median(runs.map((run) => run[key])).toFixed(digits);
    const ratio = (median(runs.map(({ micros }) => micros)) / base).toFixed(2);
    const cells = [
      name,
      cell('micros', 1),
      ratio,
      cell('p50', 2),
      cell('p99', 2),
      cell('rssMib', 0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const upstream = await startUpstream();
const contenders = await startAll(`http://127.0.0.1:${upstream.port}`);
try {
  await compare(contenders, {
    title: `Warm small request, ${small.width} at a time, ${requests} × ${rounds}`,
    options: small,
    // Enough for the optimising compiler to have done its work in every contender.
    warmUp: 25_000,
    units: requests,
  });
  await compare(contenders, {
    title: `Streamed event, ${streams} streams at a time, ${chunks} events each, × ${rounds}`,
    options: streaming,
    warmUp: streams,
    units: streams * (chunks + 1),
  });
} finally {
  await Promise.all(contenders.map((contender) => contender.stop()));
  upstream.child.kill();
}
