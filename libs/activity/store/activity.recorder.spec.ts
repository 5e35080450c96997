import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { activityEntry } from '../testing/activity-entry.js';
import { parseActivityQuery } from './activity-query.js';
import { ActivityRecorder } from './activity.recorder.js';
import { ActivityStore } from './activity.store.js';

function setup(maxRows: number | null = null) {
  const clock = new VirtualClock();
  const store = new ActivityStore({ path: null, maxRows });
  const insert = vi.spyOn(store, 'insert');
  const warn = vi.fn<(message: string) => void>();
  return { clock, store, insert, warn, recorder: new ActivityRecorder(store, clock, warn) };
}

const all = parseActivityQuery(new URLSearchParams());

describe('ActivityRecorder', () => {
  it('writes rows together, a quarter of a second later', () => {
    const { clock, insert, recorder } = setup();
    expect([recorder.record(activityEntry()), recorder.record(activityEntry())]).toEqual([1, 2]);
    expect(insert).not.toHaveBeenCalled();
    clock.advance(250);
    expect(insert).toHaveBeenCalledOnce();
    expect(clock.pendingTimers).toBe(0);
  });

  it('writes at once when a hundred rows wait', () => {
    const { insert, recorder } = setup();
    for (let count = 0; count < 100; count++) recorder.record(activityEntry());
    expect(insert).toHaveBeenCalledOnce();
  });

  it('shows a row to a query that comes right after it', () => {
    const { recorder } = setup();
    recorder.record(activityEntry());
    expect(recorder.upToDate().query(all).total).toBe(1);
  });

  it('tells listeners the id of each row until they leave', () => {
    const { recorder } = setup();
    const ids: number[] = [];
    const leave = recorder.onRecord(({ id }) => ids.push(id));
    recorder.record(activityEntry());
    leave();
    recorder.record(activityEntry());
    expect(ids).toEqual([1]);
  });

  it('keeps rows that could not be written and tries again', () => {
    const { clock, insert, warn, store, recorder } = setup();
    insert.mockImplementationOnce(() => {
      throw new Error('database is locked');
    });
    recorder.record(activityEntry());
    clock.advance(250);
    expect(recorder.writeErrors).toBe(1);
    expect(recorder.problem).toContain('database is locked');
    expect(warn).toHaveBeenCalledOnce();
    clock.advance(250);
    expect(store.query(all).total).toBe(1);
    expect(recorder.problem).toBeNull();
    expect(warn).toHaveBeenLastCalledWith(expect.stringContaining('can be written again'));
  });

  it('has every row in a file whose disk was full for a while', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-full-'));
    const clock = new VirtualClock();
    const store = new ActivityStore({ path: join(folder, 'a.db'), maxRows: null });
    const recorder = new ActivityRecorder(store, clock, () => undefined);
    const pages = Number(store.select('PRAGMA page_count', [])[0]!['page_count']);
    store.select(`PRAGMA max_page_count = ${pages}`, []);
    for (let count = 0; count < 90; count++) {
      recorder.record(activityEntry({ errorMessage: 'x'.repeat(500) }));
    }
    clock.advance(10_000);
    expect(recorder.problem).toContain('full');
    expect(recorder.upToDate().query(all).total).toBe(0);
    store.select('PRAGMA max_page_count = 1000000', []);
    clock.advance(5000);
    expect(recorder.problem).toBeNull();
    expect(recorder.upToDate().query(all).total).toBe(90);
    expect(recorder.lostRows).toBe(0);
    recorder.close();
    rmSync(folder, { recursive: true });
  });

  it('tries a log that cannot be written less and less often, and says so once', () => {
    const { clock, insert, warn, recorder } = setup();
    insert.mockImplementation(() => {
      throw new Error('disk full');
    });
    recorder.record(activityEntry());
    clock.advance(60_000);
    expect(recorder.writeErrors).toBeLessThan(20);
    for (let count = 0; count < 500; count++) recorder.record(activityEntry());
    expect(recorder.writeErrors).toBeLessThan(20);
    expect(warn).toHaveBeenCalledOnce();
    insert.mockRestore();
    clock.advance(5000);
    expect(recorder.upToDate().query(all).total).toBe(501);
    expect(recorder.lostRows).toBe(0);
  });

  it('counts what waits for a log that is closed before it can be written', () => {
    const { clock, insert, warn, recorder } = setup();
    insert.mockImplementation(() => {
      throw new Error('read-only');
    });
    recorder.record(activityEntry());
    recorder.close();
    expect(recorder.lostRows).toBe(1);
    expect(warn).toHaveBeenLastCalledWith(expect.stringContaining('1 rows'));
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes the rows in memory along into a store that could not be opened before', () => {
    const { recorder } = setup(100);
    recorder.record(activityEntry({ model: 'one' }));
    recorder.upToDate();
    recorder.record(activityEntry({ model: 'two' }));
    const other = new ActivityStore({ path: null, maxRows: null });
    other.insert([{ id: 41, entry: activityEntry({ model: 'old' }) }]);
    recorder.moveTo(other);
    recorder.record(activityEntry({ model: 'three' }));
    const rows = recorder
      .upToDate()
      .query(all)
      .data.map(({ id, model }) => [id, model]);
    expect(rows).toEqual([
      [44, 'three'],
      [43, 'two'],
      [42, 'one'],
      [41, 'old'],
    ]);
  });

  it('loses the oldest rows when the store cannot be written for long', () => {
    const { insert, recorder } = setup();
    insert.mockImplementation(() => {
      throw new Error('disk full');
    });
    for (let count = 0; count < 10_003; count++) recorder.record(activityEntry());
    expect(recorder.lostRows).toBe(3);
  });

  it('writes nothing that nobody reads where the log is kept in memory', () => {
    const { clock, insert, recorder } = setup(3);
    for (let count = 0; count < 50; count++) recorder.record(activityEntry());
    clock.advance(1000);
    expect(insert).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
    const ids = recorder
      .upToDate()
      .query(all)
      .data.map(({ id }) => id);
    expect(ids).toEqual([50, 49, 48]);
    expect(insert.mock.calls[0]![0]).toHaveLength(3);
    recorder.record(activityEntry());
    expect(
      recorder
        .upToDate()
        .query(all)
        .data.map(({ id }) => id),
    ).toEqual([51, 50, 49]);
  });

  it('keeps the rows of a large log in memory within bounds until somebody reads', () => {
    const { insert, recorder } = setup(9000);
    for (let count = 0; count < 10_000; count++) recorder.record(activityEntry());
    expect(insert.mock.calls.map(([rows]) => rows.length)).toEqual(Array(100).fill(100));
    expect(recorder.upToDate().query(all).total).toBe(9000);
  });

  it('goes on with the ids of another store', () => {
    const { recorder } = setup();
    const other = new ActivityStore({ path: null, maxRows: null });
    other.insert([{ id: 41, entry: activityEntry() }]);
    recorder.record(activityEntry());
    recorder.reopen(other);
    expect(recorder.record(activityEntry())).toBe(42);
  });

  it('writes what waits when it is closed, and leaves no timer', () => {
    const { clock, insert, recorder } = setup();
    recorder.record(activityEntry());
    recorder.close();
    expect(insert).toHaveBeenCalledOnce();
    expect(clock.pendingTimers).toBe(0);
  });
});
