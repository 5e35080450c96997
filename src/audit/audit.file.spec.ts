import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditFile } from './audit.file.js';

let folder: string;
let path: string;
let failures: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-audit-'));
  path = join(folder, 'audit.log');
  failures = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(maxBytes = 1000, files = 2): AuditFile {
  return new AuditFile({ path, maxBytes, files }, (error) => failures.push(error));
}

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('AuditFile', () => {
  it('adds lines in order to what is there, for its owner only', async () => {
    const first = open();
    first.append('a');
    await first.written();
    const file = open();
    for (const line of ['b', 'c', 'd']) file.append(line);
    await file.written();
    expect(text('audit.log')).toBe('a\nb\nc\nd\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(file.tail()).toEqual(['a', 'b', 'c', 'd', '']);
  });

  it('begins a new file at its size and keeps as many old ones as it shall', async () => {
    const file = open(10, 2);
    for (let line = 0; line < 12; line += 1) file.append(`line${line}`.slice(0, 6));
    await file.written();
    expect(readdirSync(folder).toSorted()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2']);
    expect(failures).toEqual([]);
    const kept = [text('audit.log.2'), text('audit.log.1'), text('audit.log')].join('');
    expect(kept).toBe('line9\nline10\nline11\n');
  });

  it('counts what an earlier run has left', async () => {
    writeFileSync(path, '123456789\n');
    const file = open(10);
    file.append('x');
    await file.written();
    expect(text('audit.log.1')).toBe('123456789\n');
    expect(text('audit.log')).toBe('x\n');
  });

  it('writes a line that is longer than a file may be, in a file of its own', async () => {
    const file = open(3);
    file.append('long line');
    file.append('b');
    await file.written();
    expect(text('audit.log.1')).toBe('long line\n');
    expect(text('audit.log')).toBe('b\n');
  });

  it('reads no more than the end of a large file, in whole lines', () => {
    const line = 'x'.repeat(99);
    writeFileSync(path, `first\n${`${line}\n`.repeat(10_000)}`);
    const lines = open().tail();
    expect(lines).not.toContain('first');
    expect(lines.slice(0, -1).every((one) => one === line)).toBe(true);
    expect(lines.length).toBeGreaterThan(2000);
  });

  it('says when a line is lost, and goes on with the next', async () => {
    const file = new AuditFile(
      { path: join(folder, 'none', 'audit.log'), maxBytes: 10, files: 1 },
      (error) => failures.push(error),
    );
    file.append('a');
    file.append('b');
    await file.written();
    expect(failures).toHaveLength(2);
    expect(file.tail()).toEqual([]);
  });
});
