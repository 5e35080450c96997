import { describe, expect, it } from 'vitest';
import { RequestTable } from './request-table.js';
import { RequestRecord } from './timeline-entry.interface.js';

const begin = (table: RequestTable, atMs: number): number =>
  table.begin({ id: String(atMs), model: 'm', path: '/p', atMs });

const done: RequestRecord = {
  id: '7',
  model: 'm',
  path: '/p',
  atMs: 1000.5,
  grantedAtMs: 1001,
  endedAtMs: 1002,
  status: 200,
  outcome: 'done',
};

describe('RequestTable', () => {
  it('follows a request from its beginning to its end', () => {
    const table = new RequestTable(10);
    const number = table.begin({ id: '7', model: 'm', path: '/p', atMs: 1000.5 });
    const running = { ...done, grantedAtMs: null, endedAtMs: null, status: null };
    expect(table.list()).toEqual([{ ...running, outcome: 'running' }]);
    table.granted(number, 1001);
    table.answered(number, 200);
    table.ended(number, { endedAtMs: 1002, outcome: 'done' });
    expect(table.record(number)).toEqual(done);
  });

  it('gives back what it is told to remember', () => {
    const table = new RequestTable(10);
    const refused: RequestRecord = { ...done, grantedAtMs: null, status: null, outcome: 'failed' };
    for (const record of [done, refused]) table.add(record);
    expect(table.list()).toEqual([done, refused]);
  });

  it('forgets the oldest, and says until when', () => {
    const table = new RequestTable(300);
    for (let atMs = 0; atMs < 300; atMs += 1) begin(table, atMs);
    expect(table.lastForgotten).toBeNull();
    for (let atMs = 300; atMs < 1000; atMs += 1) begin(table, atMs);
    expect(table.list().map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 300 }, (_, at) => 700 + at),
    );
    expect(table.lastForgotten).toEqual({ atMs: 699 });
  });

  it('leaves the others alone when a forgotten one goes on', () => {
    const table = new RequestTable(2);
    const old = begin(table, 1);
    begin(table, 2);
    begin(table, 3);
    table.granted(old, 9);
    table.answered(old, 500);
    table.ended(old, { endedAtMs: 9, outcome: 'failed' });
    expect(table.record(old)).toBeNull();
    expect(table.list()).toMatchObject([
      { id: '2', status: null, outcome: 'running' },
      { id: '3', status: null, outcome: 'running' },
    ]);
  });
});
