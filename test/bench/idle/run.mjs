// What Drover costs while nothing happens: CPU time of the process and of the tools of its probes, with
// all monitoring on and with sampling off.
//
//   npm run bench:idle [-- --seconds 60]
import { readFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { end, startDrover } from '../drover.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds);
const TICKS_PER_SECOND = 100;
/** Time for the start to be over. */
const SETTLE_MS = 5000;

function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** CPU time of Drover and of its children that run or have ended, seconds (Linux). */
function cpuSeconds(root) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  let ticks = 0;
  for (const pid of pids) {
    const fields = statOf(pid);
    const isOurs = Number(pid) === root || Number(fields?.[1]) === root;
    if (!fields || !isOurs) continue;
    for (const at of [11, 12, 13, 14]) ticks += Number(fields[at]);
  }
  return ticks / TICKS_PER_SECOND;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(what, lines) {
  const { child } = await startDrover(lines);
  try {
    await pause(SETTLE_MS);
    const before = cpuSeconds(child.pid);
    await pause(seconds * 1000);
    const used = cpuSeconds(child.pid) - before;
    console.log(`${what}: ${((used / seconds) * 100).toFixed(2)} % of one core`);
    return used / seconds;
  } finally {
    await end(child);
  }
}

const models = ['models:'];
for (let at = 0; at < 10; at += 1) models.push(`  m${at}: {cmd: "serve \${PORT}"}`);
await measure('all monitoring, default interval', models);
await measure('sampling off', ['performance: {disabled: true}', ...models]);
