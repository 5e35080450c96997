import { Clients } from './clients.js';
import { HeapSnapshots } from './heap-snapshots.js';
import { Herd, type Holding } from './herd.js';
import { readMetrics } from './metrics.js';
import { readOptions } from './options.js';
import { Random } from './random.js';
import { playRound, rest, type RoundTools } from './round.js';
import { Tally } from './tally.js';
import { type Check, checkCounters, checkHoldings, exactly, tableOf } from './verdict.js';

/**
 * Hours of a Drover's life: rounds of mixed traffic, swaps, reloads, cancels and crashes, each of which
 * ends at rest, where nothing may be left. `npm run soak -- --minutes 60 --seed 7 --json`; with
 * `--snapshots FOLDER` it tells at the end which objects have become more.
 */
const MINUTE_MS = 60_000;
/** At least six rounds, so that there is a line to draw. */
const LONGEST_ROUND_MS = 20_000;
const LEAST_ROUNDS = 6;

const options = readOptions(process.argv.slice(2));
const totalMs = options.minutes * MINUTE_MS;
const roundMs = Math.min(LONGEST_ROUND_MS, totalMs / LEAST_ROUNDS);

await using herd = await new Herd().start();
const tally = new Tally();
const clients = new Clients(herd.base, tally);
const random = new Random(options.seed);
const tools: RoundTools = { herd, clients, tally, random, pauseMs: options.pauseMs };
const looks: Holding[] = [];

const snapshots = options.snapshots ? new HeapSnapshots(herd, options.snapshots) : null;

const beganMs = performance.now();
const endMs = beganMs + totalMs;
while (performance.now() < endMs || looks.length < LEAST_ROUNDS) {
  await playRound(tools, roundMs);
  await rest(tools);
  const look = await herd.look();
  looks.push(look);
  if (!options.isJson) process.stdout.write(`${lineOf(looks.length, look)}\n`);
  if (performance.now() > beganMs + totalMs / 3) await snapshots?.first();
}
const growth = (await snapshots?.growth()) ?? [];

const samples = readMetrics(await clients.get('/metrics'));
const checks: Check[] = [...checkHoldings(looks), ...checkCounters(samples, tally)];
checks.push(exactly('exit status after SIGTERM', (await herd.stop()) ?? -1, 0));
checks.push(exactly('servers left', herd.servers().length, 0));
const disagreements = [...herd.failures()].filter(([name]) => clients.wholeAnswers.has(name));
checks.push(exactly('whole answers that were written down as failures', disagreements.length, 0));
report();
if (checks.some(({ passed }) => !passed)) process.exitCode = 1;

function lineOf(round: number, look: Holding): string {
  const figures = Object.entries(look).map(([kind, value]) => `${kind} ${+value.toFixed(1)}`);
  return `round ${round}: ${figures.join(', ')}`;
}

function report(): void {
  const deeds = Object.fromEntries([...tally.deeds].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  if (options.isJson) {
    const found = { deeds, looks, checks, growth, disagreements };
    process.stdout.write(`${JSON.stringify({ ...options, ...found }, null, 2)}\n`);
    return;
  }
  const done = Object.entries(deeds).map(([deed, count]) => `${count} × ${deed}`);
  for (const { kind, count, bytes } of growth) {
    process.stdout.write(`${(bytes / 1024).toFixed(1)} KiB, ${count} × ${kind}\n`);
  }
  for (const [name, record] of disagreements) {
    const answer = clients.wholeAnswers.get(name);
    process.stdout.write(`the client has got ${answer}\nbut ${record} was written down\n`);
  }
  const failed = checks.filter(({ passed }) => !passed).length;
  process.stdout.write(`\n${done.join(', ')}\n\n${tableOf(checks)}\n\n`);
  process.stdout.write(`${checks.length - failed} checks passed, ${failed} failed\n`);
}
