// How long it takes until a GPU probe delivers again after its program was killed: real programs of a real
// Drover at the default interval, killed at random moments, also before they have delivered anything.
//
//   npm run bench:kills [-- --kills 100 --drovers 5]
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { end, startDrover } from '../drover.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    drovers: { type: 'string', default: '5' },
  },
});
const kills = Number(values.kills);
const drovers = Number(values.drovers);
const GOAL_MS = 10_000;
const POLL_MS = 25;
const MODELS = ['models:', '  a: {cmd: "serve ${PORT}"}'];
const ROW = '0, NVIDIA L4, GPU-3f6a1c52-8d0e-4b77-9a51-c2d4e6f80913, 54, 8, 1, 2, 3, 70.5';

/** nvidia-smi as far as Drover asks it; the process id of each loop is noted. */
const TOOL = `#!/bin/sh
case "$*" in
  *compute-apps*) exec sleep 1000 ;;
  *--loop*)
    echo $$ > "$(dirname "$0")/pid"
    while echo "${ROW}" && sleep 5; do :; done ;;
  *) echo "${ROW}" ;;
esac
`;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function makeTool() {
  const folder = mkdtempSync(join(tmpdir(), 'drover-kills-'));
  writeFileSync(join(folder, 'nvidia-smi'), TOOL);
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  return folder;
}

async function probeOf(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/performance?max_points=1`);
  const { probes } = await answer.json();
  return probes.find(({ name }) => name === 'nvidia-smi');
}

/** Kills the loop that runs now; false when there is none at the moment. */
function killLoop(folder) {
  try {
    process.kill(-Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

async function untilUp(port, sinceMs) {
  for (;;) {
    const { state, lastSuccessMs } = await probeOf(port);
    if (state === 'up' && (lastSuccessMs ?? 0) > sinceMs) return Date.now();
    await pause(POLL_MS);
  }
}

async function round(port, folder) {
  // Most kills hit a loop that has delivered; every third one that has just been started.
  if (Math.random() < 2 / 3) await pause(Math.random() * 3000);
  while (!killLoop(folder)) await pause(POLL_MS);
  const atMs = Date.now();
  return (await untilUp(port, atMs)) - atMs;
}

async function runOne(count) {
  const folder = makeTool();
  const env = { ...process.env, PATH: `${folder}:/usr/bin:/bin` };
  const { child, port } = await startDrover(MODELS, { env });
  try {
    await untilUp(port, 0);
    const times = [];
    while (times.length < count) times.push(await round(port, folder));
    const { errors } = await probeOf(port);
    return { times, errors };
  } finally {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = await Promise.all(Array.from({ length: drovers }, () => runOne(kills / drovers)));
const times = results.flatMap((result) => result.times).toSorted((a, b) => a - b);
const noticed = results.reduce((sum, { errors }) => sum + (errors.exited ?? 0), 0);
const late = times.filter((time) => time > GOAL_MS).length;
const seconds = (ms) => (ms / 1000).toFixed(2);
console.log(`kills: ${times.length}, noticed by Drover: ${noticed}`);
console.log(`back after: median ${seconds(times[times.length >> 1])} s`);
console.log(`slowest: ${seconds(times.at(-1))} s; later than ${seconds(GOAL_MS)} s: ${late}`);
