// Random interleavings of starts, stops, crashes, cancels and reloads: of the router in virtual time, and of
// router and real processes. The tests that play them say what must hold; see their files.
//
//   node test/bench/interleavings/run.mjs [--histories 1000 --real 100]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../table.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({ options: { histories: text('1000'), real: text('100') } });
const folder = mkdtempSync(join(tmpdir(), 'drover-interleavings-'));
const root = join(import.meta.dirname, '../../..');

/** Runs one file of tests; how many of them held and how many did not, by the runner's own report. */
async function outcomeOf(project, file, histories) {
  const report = join(folder, `${project}.json`);
  const args = ['run', '--project', project, file, '--reporter=json', `--outputFile=${report}`];
  const child = spawn(join(root, 'node_modules/.bin/vitest'), args, {
    cwd: root,
    env: { ...process.env, DROVER_TEST_HISTORIES: histories },
    stdio: 'ignore',
  });
  await once(child, 'exit');
  const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8'));
  if (numPassedTests + numFailedTests === 0) throw new Error(`${file} holds no test`);
  return { held: numPassedTests, broken: numFailedTests };
}

const rows = [
  ['virtual time', values.histories, 'unit', 'test/router-invariants.spec.ts'],
  ['real processes', values.real, 'e2e', 'test/e2e/interleavings.e2e-spec.ts'],
];
const shown = [];
for (const [name, histories, project, file] of rows) {
  const { held, broken } = await outcomeOf(project, file, histories);
  shown.push([name, histories, held, broken]);
}
rmSync(folder, { recursive: true });
printTable('Random interleavings', ['in', 'histories per setup', 'setups held', 'broken'], shown);
