// Runs all benchmarks, one after the other, and prints what is wanted beside what was measured.
//
//   npm run bench [-- --quick --json --only proxy,ready]
//
// `--quick` gives a first impression in minutes and leaves out what takes long; `--json` prints the
// final table only, as JSON, and on stderr what is being done. A miss is a figure; a benchmark that fails
// makes the whole run fail.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHMARKS, HELD_BY_TESTS } from './goals.mjs';
import { tablesOf } from './markdown.mjs';
import { printTable } from './table.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

/** Runs one benchmark; returns what it printed. */
async function run({ args, quickArgs = args, quick }) {
  const [file, ...others] = values.quick ? [...quickArgs, ...quick] : args;
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...others], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    text += piece;
    if (!values.json) process.stdout.write(piece);
  });
  const [code] = await once(child, 'exit');
  return { text, code };
}

function verdictOf(figure, most, code) {
  if (code !== 0) return 'failed';
  if (figure === null) return 'not measured';
  if (most === null) return 'no target';
  return figure <= most ? 'pass' : 'miss';
}

const beganMs = performance.now();
const seconds = () => Math.round((performance.now() - beganMs) / 1000);
const only = values.only?.split(',') ?? BENCHMARKS.map(({ name }) => name);
const unknown = only.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(', ')}`);
const chosen = BENCHMARKS.filter(({ name }) => only.includes(name));

const lines = [];
for (const [index, benchmark] of chosen.entries()) {
  const { name, goals } = benchmark;
  const isLeftOut = values.quick && benchmark.quick === null;
  const progress = `${name}, ${index + 1} of ${chosen.length}, after ${seconds()} s`;
  if (!isLeftOut && values.json) process.stderr.write(`${progress}\n`);
  else if (!isLeftOut) console.log(`\n## ${progress}`);
  const { text, code } = isLeftOut ? { text: '', code: 0 } : await run(benchmark);
  if (code !== 0) {
    process.exitCode = 1;
    process.stderr.write(`${name} has failed with status ${code}\n`);
  }
  const tables = tablesOf(text);
  for (const [what, most, find] of goals) {
    const figure = find(tables, text);
    lines.push({ what, most, figure, verdict: verdictOf(figure, most, code) });
  }
}
if (values.json) console.log(JSON.stringify(lines, null, 2));
else {
  const measured = lines.map(({ what, most, figure, verdict }) => {
    const target = most === null ? '' : `≤ ${Number(most)}`;
    return [what, target, figure === null ? '' : figure.toFixed(2), verdict];
  });
  const tested = HELD_BY_TESTS.map(([what, wanted, spec]) => [what, wanted, '', `test: ${spec}`]);
  printTable(
    `What is wanted, and what was measured, in ${seconds()} s`,
    ['what', 'target', 'figure', 'verdict'],
    [...measured, ...tested],
  );
}
