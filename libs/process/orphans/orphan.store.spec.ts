import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrphanRecord, OrphanStore } from './orphan.store.js';

const record: OrphanRecord = {
  guardId: 'g-1',
  bootId: 'boot',
  owner: { pid: 10, startTime: '5' },
  children: [{ pid: 11, startTime: null, model: 'm' }],
};

describe('OrphanStore', () => {
  let folder: string;
  let store: OrphanStore;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-store-'));
    store = new OrphanStore(folder);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads back what was written last, of every Drover', () => {
    store.write(record);
    store.write({ ...record, children: [] });
    store.write({ ...record, guardId: 'g-2' });
    expect(new OrphanStore(folder).read()).toEqual([
      { ...record, children: [] },
      { ...record, guardId: 'g-2' },
    ]);
    store.remove('g-1');
    store.remove('g-1');
    expect(store.read()).toEqual([{ ...record, guardId: 'g-2' }]);
  });

  it.each([
    ['broken JSON', '{"guardId":'],
    ['no object', '[]'],
    ['no owner', JSON.stringify({ ...record, owner: undefined })],
    [
      'a child that is process 1',
      JSON.stringify({ ...record, children: [{ ...record.owner, pid: 1 }] }),
    ],
    [
      'a child that is a group',
      JSON.stringify({ ...record, children: [{ ...record.owner, pid: -5 }] }),
    ],
    ['an id that leads elsewhere', JSON.stringify({ ...record, guardId: '../x' })],
  ])('throws a file away that holds %s', (_name, text) => {
    writeFileSync(store.pathOf('bad'), text);
    expect(store.read()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves other files alone', () => {
    writeFileSync(join(folder, 'notes.txt'), 'x');
    expect(store.read()).toEqual([]);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });
});
