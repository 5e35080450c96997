import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrphanSweep, SweptOrphan } from './orphan-sweep.js';
import { OrphanRecord, OrphanStore } from './orphan.store.js';

const record: OrphanRecord = {
  guardId: 'g',
  bootId: 'boot ns',
  owner: { pid: 10, startTime: '5' },
  children: [
    { pid: 11, startTime: '6', model: 'a' },
    { pid: 12, startTime: '7', model: 'b' },
    { pid: 13, startTime: null, model: 'c' },
  ],
};

describe('OrphanSweep', () => {
  let folder: string;
  let store: OrphanStore;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-sweep-'));
    store = new OrphanStore(folder);
    store.write(record);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  interface Machine {
    bootId?: string | null;
    started?: Record<number, string>;
    marked?: number[];
  }

  function sweep(machine: Machine): { swept: readonly SweptOrphan[]; killed: number[] } {
    const killed: number[] = [];
    const { bootId = 'boot ns', started = {}, marked = [] } = machine;
    const swept = new OrphanSweep({
      store,
      table: {
        bootId: () => bootId,
        startTime: (pid) => started[pid] ?? null,
        groupRuns: () => true,
        marked: (mark) => (mark === 'g/' ? marked : []),
      },
      kill: (pid) => killed.push(pid) > 0,
    }).run();
    return { swept, killed };
  }

  it('kills the groups of children that are still the same processes, and forgets them', () => {
    const { swept, killed } = sweep({ started: { 11: '6', 12: '999', 13: '1' } });
    expect(killed).toEqual([-11]);
    expect(swept).toEqual([{ pid: 11, model: 'a' }]);
    expect(store.read()).toEqual([]);
  });

  it('kills what carries the mark of a dead Drover, wherever it has gone', () => {
    const { swept, killed } = sweep({ started: { 11: '6' }, marked: [11, 77] });
    expect(killed).toEqual([-11, 11, 77]);
    expect(swept).toEqual([
      { pid: 11, model: 'a' },
      { pid: 77, model: null },
    ]);
  });

  it('leaves everything alone while its Drover lives', () => {
    expect(sweep({ started: { 10: '5', 11: '6' }, marked: [11] }).killed).toEqual([]);
    expect(store.read()).toHaveLength(1);
  });

  it('does not take a stranger with the id of the dead Drover for it', () => {
    expect(sweep({ started: { 10: '500', 11: '6' } }).killed).toEqual([-11]);
  });

  it('kills nothing after a reboot, and forgets', () => {
    expect(sweep({ bootId: 'other ns', started: { 11: '6' }, marked: [11] }).killed).toEqual([]);
    expect(store.read()).toEqual([]);
  });

  it('does not judge a record of another container', () => {
    expect(sweep({ bootId: 'boot other', started: { 11: '6' } }).killed).toEqual([]);
    expect(store.read()).toHaveLength(1);
  });

  it('kills nothing where the boot is not known', () => {
    expect(sweep({ bootId: null, started: { 11: '6' } }).killed).toEqual([]);
    expect(store.read()).toHaveLength(1);
  });
});
