import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExecutable } from './executable.js';

describe('findExecutable', () => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'drover-path-'));
    for (const folder of ['one', 'two', 'one/tool-folder']) mkdirSync(join(root, folder));
    const file = (name: string, mode: number): void => {
      writeFileSync(join(root, name), '');
      chmodSync(join(root, name), mode);
    };
    file('one/plain', 0o644);
    file('one/both', 0o644);
    file('two/both', 0o755);
    file('two/tool', 0o755);
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const look = (name: string): ReturnType<typeof findExecutable> =>
    findExecutable(
      name,
      ['', join(root, 'one'), join(root, 'gone'), join(root, 'two')].join(delimiter),
    );

  it('finds a name in the search path', async () => {
    expect(await look('tool')).toEqual({ path: join(root, 'two/tool') });
  });

  it('goes on to a later folder when an earlier file may not be executed', async () => {
    expect(await look('both')).toEqual({ path: join(root, 'two/both') });
  });

  it('says that a name was found but may not be executed', async () => {
    expect(await look('plain')).toEqual({ problem: 'permission denied' });
  });

  it.each(['nothing', 'tool-folder'])('does not find %s', async (name) => {
    expect(await look(name)).toEqual({ problem: 'program not found' });
  });

  it('takes a name with a slash as it is', async () => {
    expect(await look(join(root, 'two/tool'))).toEqual({ path: join(root, 'two/tool') });
    expect(await look(join(root, 'one/plain'))).toEqual({ problem: 'permission denied' });
    expect(await look(join(root, 'one'))).toEqual({ problem: 'is a directory' });
    expect(await look('./no/such')).toEqual({ problem: 'program not found' });
  });
});
