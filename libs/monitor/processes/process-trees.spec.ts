import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinuxProcessTrees } from './linux-process.trees.js';
import { PortableProcessTrees } from './portable-process.trees.js';

describe('LinuxProcessTrees', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'drover-proc-'));
    mkdirSync(join(root, 'self'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  /** A process with 1 s of CPU time and 10 KiB, 4 of them own. */
  function add(pid: number, parent: number, status = 'VmRSS: 10 kB\nRssAnon: 4 kB\n'): void {
    mkdirSync(join(root, String(pid)));
    const fields = `S ${parent} ${pid} 0 0 0 0 0 0 0 0 60 20 10 10 0`;
    writeFileSync(join(root, `${pid}/stat`), `${pid} (x) ${fields}\n`);
    writeFileSync(join(root, `${pid}/status`), status);
  }

  it('adds up what a process and its descendants use', async () => {
    for (const [pid, parent] of [
      [10, 1],
      [11, 10],
      [12, 11],
      [20, 1],
    ] as const)
      add(pid, parent);
    const trees = await new LinuxProcessTrees(root).read([10, 20, 99]);
    expect([...trees]).toEqual([
      [10, { pids: [10, 11, 12], residentBytes: 30_720, ownBytes: 12_288, cpuSeconds: 3 }],
      [20, { pids: [20], residentBytes: 10_240, ownBytes: 4096, cpuSeconds: 1 }],
    ]);
  });

  it('reads more processes than one slice holds', async () => {
    for (let pid = 100; pid < 300; pid += 1) add(pid, pid - 1);
    const trees = await new LinuxProcessTrees(root).read([100]);
    expect(trees.get(100)?.pids).toHaveLength(200);
    expect(trees.get(100)?.cpuSeconds).toBe(200);
  });

  it('counts a zombie without memory, and own memory only where it is known of all', async () => {
    add(10, 1);
    add(11, 10, 'State: Z (zombie)\n');
    const trees = await new LinuxProcessTrees(root).read([10]);
    expect(trees.get(10)).toMatchObject({ residentBytes: 10_240, ownBytes: 4096, cpuSeconds: 2 });
    add(12, 10, 'VmRSS: 10 kB\n');
    const again = await new LinuxProcessTrees(root).read([10]);
    expect(again.get(10)).toMatchObject({ residentBytes: 20_480, ownBytes: null });
  });

  it('looks at nothing when nothing runs, and says when it cannot look', async () => {
    const missing = new LinuxProcessTrees(join(root, 'nowhere'));
    expect(await missing.read([])).toEqual(new Map());
    await expect(missing.read([1])).rejects.toThrow('ENOENT');
  });
});

describe('PortableProcessTrees', () => {
  it('adds up resident memory and leaves unknown what the system does not tell', async () => {
    const trees = new PortableProcessTrees(async () => [
      { pid: 10, parentPid: 1, memRss: 5 },
      { pid: 11, parentPid: 10, memRss: 7 },
      { pid: 12, parentPid: 1, memRss: 9 },
    ]);
    expect([...(await trees.read([10, 50]))]).toEqual([
      [10, { pids: [10, 11], residentBytes: 12_288, ownBytes: null, cpuSeconds: null }],
    ]);
  });
});
