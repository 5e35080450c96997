// Runs all benchmarks, one after the other, and prints what is wanted beside what was measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHMARKS, HELD_BY_TESTS } from './goals.mjs';
import { machineOf } from './machine.mjs';
import { countsOf, linesOf, reportOf } from './verdict.mjs';

const NAMES = BENCHMARKS.map(({ name }) => name);
const USAGE = `npm run bench [-- OPTIONS]

Runs the benchmarks on the built program, one after the other, and prints what is wanted beside what was
measured. One that fails is told of, and the others go on; the run then ends with status 1. A miss is a
figure and no failure.

  --only A,B    these alone, of: ${NAMES.join(', ')}
  --quick       a first impression: fewer rounds, and without what takes long
  --json        the result alone, as JSON; progress goes to stderr
  --help        this text
`;
/** A benchmark that takes longer hangs, minutes; see `minutes` of goals.mjs. */
const MOST_MINUTES = 10;
/** What is asked to end and does not is ended, milliseconds. */
const GRACE_MS = 10_000;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        only: { type: 'string' },
      },
    });
    const only = values.only?.split(',') ?? NAMES;
    const unknown = only.filter((name) => !NAMES.includes(name));
    if (unknown.length === 0) return { ...values, only };
    throw new Error(`there is no benchmark ${unknown.join(', ')}`);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return process.exit(2);
  }
}

const options = readOptions();
if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const beganMs = performance.now();
const seconds = () => Math.round((performance.now() - beganMs) / 1000);
const tell = (text) => (options.json ? process.stderr : process.stdout).write(text);

/** Ends a benchmark with everything that it has started. */
async function endGroup(child, ended) {
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // Gone by itself.
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(signal, GRACE_MS, 'SIGKILL');
  await ended;
  clearTimeout(timer);
}

/** Runs one benchmark; what it printed, and why it has failed or null. */
async function run({ args, quickArgs = args, quick, minutes = MOST_MINUTES }) {
  const [file, ...others] = options.quick ? [...quickArgs, ...quick] : args;
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...others], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that nothing is left when it has to be ended.
    detached: true,
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    text += piece;
    tell(piece);
  });
  let isLate = false;
  const ended = once(child, 'close');
  const interrupted = () => void endGroup(child, ended).then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const timer = setTimeout(() => {
    isLate = true;
    void endGroup(child, ended);
  }, minutes * 60_000);
  const [code, signal] = await ended;
  clearTimeout(timer);
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  const late = isLate ? `it took longer than ${minutes} minutes` : null;
  return { text, failure: late ?? (code === 0 ? null : `it ended with ${signal ?? code}`) };
}

const chosen = BENCHMARKS.filter(({ name }) => options.only.includes(name));
const machine = machineOf();
tell(`${machine}\n`);
const lines = [];
for (const [index, benchmark] of chosen.entries()) {
  const { name } = benchmark;
  const isLeftOut = options.quick && benchmark.quick === null;
  tell(`\n## ${name}, ${index + 1} of ${chosen.length}, after ${seconds()} s\n`);
  if (isLeftOut) tell('left out of a quick run\n');
  const outcome = isLeftOut ? { text: '', failure: null } : await run(benchmark);
  lines.push(...linesOf(benchmark, { ...outcome, isLeftOut }));
  if (outcome.failure === null) continue;
  process.exitCode = 1;
  process.stderr.write(`${name} has failed: ${outcome.failure}\n`);
}
if (options.json) {
  const result = { machine, isQuick: options.quick, seconds: seconds(), lines };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} else {
  const held = options.only.length === NAMES.length ? HELD_BY_TESTS : [];
  tell(`\n${machine}; ${seconds()} s\n\n${reportOf(lines, held)}\n\n${countsOf(lines)}\n`);
}
