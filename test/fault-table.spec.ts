import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULTS, UPSTREAM_FAULTS } from './fault-table.js';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** First cells of all lines of all tables of the page. */
const lines = [...read('docs/faults.md').matchAll(/^\| (.*?) \|/gm)]
  .map(([, cell]) => cell!)
  .filter((cell) => !/^-+$|^a server that$|^what happens$/.test(cell));

describe('the table of faults', () => {
  it.each(FAULTS)('has the line “$line”, which its test makes happen', ({ line, file, test }) => {
    expect(lines.filter((one) => one.startsWith(line))).toHaveLength(1);
    const titles = [...read(file).matchAll(/\bit(?:\.\w+\([^]*?\))?\(\s*['`]([^'`]+)['`]/g)];
    expect(titles.map(([, title]) => title).some((title) => title!.startsWith(test))).toBe(true);
  });

  it('has no line without a test', () => {
    const cases = read(UPSTREAM_FAULTS);
    const untested = lines.filter(
      (line) =>
        !FAULTS.some((fault) => line.startsWith(fault.line)) && !cases.includes(`name: '${line}'`),
    );
    expect(untested).toEqual([]);
  });
});
