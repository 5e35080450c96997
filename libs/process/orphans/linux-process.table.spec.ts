import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinuxProcessTable } from './linux-process.table.js';

const AFTER_GROUP = '10 0 -1 4194304 100 0 0 0 5 3 0 0 20 0 1 0';

describe('LinuxProcessTable', () => {
  let root: string;
  let table: LinuxProcessTable;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'drover-proc-'));
    table = new LinuxProcessTable(root);
    const add = (pid: number, stat: string, environ = ''): void => {
      mkdirSync(join(root, String(pid)));
      writeFileSync(join(root, `${pid}/stat`), `${pid} ${stat}`);
      writeFileSync(join(root, `${pid}/environ`), environ);
    };
    add(10, `(llama-server) S 1 10 ${AFTER_GROUP} 7777 123 4`, 'A=1\0DROVER_INSTANCE=id/1/\0B=2\0');
    add(11, `(a) b (c)) R 10 10 ${AFTER_GROUP} 8888 123 4`, 'DROVER_INSTANCE=id/10/\0');
    add(20, `(zombie) Z 1 20 ${AFTER_GROUP} 9999 123 4`, 'X_DROVER_INSTANCE=id/1/\0');
    mkdirSync(join(root, '30'));
    for (const folder of ['sys/kernel/random', 'self/ns'])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'sys/kernel/random/boot_id'), 'b00t\n');
    symlinkSync('pid:[4026531836]', join(root, 'self/ns/pid'));
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('reads the start time, also behind a name full of parentheses', () => {
    expect([10, 11].map((pid) => table.startTime(pid))).toEqual(['7777', '8888']);
    expect([30, 99].map((pid) => table.startTime(pid))).toEqual([null, null]);
  });

  it('tells a running group from zombies and from none', () => {
    expect([10, 20, 99].map((group) => table.groupRuns(group))).toEqual([true, false, false]);
  });

  it('finds processes by the whole of their mark', () => {
    expect(table.marked('id/')).toEqual([10, 11]);
    expect(table.marked('id/1/')).toEqual([10]);
    expect(table.marked('other/')).toEqual([]);
  });

  it('names boot and process id namespace together', () => {
    expect(table.bootId()).toBe('b00t pid:[4026531836]');
    expect(new LinuxProcessTable('/no/such/folder').bootId()).toBeNull();
  });
});

describe.runIf(process.platform === 'linux')('LinuxProcessTable on this machine', () => {
  it('knows this very process', () => {
    const table = new LinuxProcessTable();
    expect(table.startTime(process.pid)).toMatch(/^\d+$/);
    expect(table.bootId()).toMatch(/^[-0-9a-f]{36} pid:\[\d+\]$/);
  });
});
