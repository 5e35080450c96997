// Runs all benchmarks, one after the other, and prints what is wanted beside what was measured.
//
//   npm run bench [-- --quick --json --only proxy,ready]
//
// `--quick` gives a first impression in minutes and leaves out what takes long; `--json` prints the
// final table only, as JSON.
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

function verdictOf(figure, most) {
  if (figure === null) return 'not measured';
  return figure <= most ? 'pass' : 'miss';
}

const only = values.only?.split(',') ?? BENCHMARKS.map(({ name }) => name);
const lines = [];
for (const benchmark of BENCHMARKS) {
  if (!only.includes(benchmark.name)) continue;
  const isLeftOut = values.quick && benchmark.quick === null;
  if (!isLeftOut && !values.json) console.log(`\n## ${benchmark.name}`);
  const { text } = isLeftOut ? { text: '' } : await run(benchmark);
  const tables = tablesOf(text);
  for (const [what, most, find] of benchmark.goals) {
    const figure = find(tables, text);
    lines.push({ what, most, figure, verdict: verdictOf(figure, most) });
  }
}
if (values.json) console.log(JSON.stringify(lines, null, 2));
else {
  const measured = lines.map(({ what, most, figure, verdict }) => {
    return [what, `≤ ${Number(most)}`, figure === null ? '' : figure.toFixed(2), verdict];
  });
  const tested = HELD_BY_TESTS.map(([what, wanted, spec]) => [what, wanted, '', `test: ${spec}`]);
  printTable(
    'What is wanted, and what was measured',
    ['what', 'target', 'figure', 'verdict'],
    [...measured, ...tested],
  );
}
