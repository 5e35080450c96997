import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigStore } from '#lib/config';
import { VirtualClock } from '#lib/foundation';
import { SwapDecision, SwapDecisions } from '#lib/router';
import { FakeCall } from '../../test/support/fake-call.js';
import { CallWatchers } from '../calls/call.watchers.js';
import { TimelineKeeper } from './timeline.keeper.js';
import { TimelineReader } from './timeline.reader.js';
import { TimelineRecorder } from './timeline.recorder.js';
import { TimelineStore } from './timeline.store.js';

const folder = mkdtempSync(join(tmpdir(), 'drover-timeline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 24 * 3_600_000;

/** One life of Drover over a store. */
function start(name: string, atMs: number) {
  const clock = new VirtualClock(atMs);
  const calls = new CallWatchers();
  const events = new EventEmitter2();
  const recorder = new TimelineRecorder(calls, events, clock);
  const config = { current: { storePath: join(folder, name) } } as ConfigStore;
  const keeper = new TimelineKeeper(config, recorder, clock);
  const decisions = { list: () => [] } as unknown as SwapDecisions;
  const reader = new TimelineReader(recorder, decisions);
  const state = (model: string, from: string, to: string) =>
    events.emit('model.state', { model, from, to, atMs: clock.wallMs() });
  const all = () => reader.read({ fromMs: BEGIN, toMs: BEGIN + 10 * DAY_MS });
  const order = (action: string, model: string | null) =>
    events.emit('model.ordered', { action, model });
  return { clock, calls, recorder, keeper, state, order, all };
}

const swap = { id: 1, atMs: BEGIN, tookMs: 900, target: 'a', outcome: 'ready' };

describe('TimelineKeeper', () => {
  it('marks what was done by hand, and remembers it', () => {
    const first = start('orders', BEGIN);
    first.order('load', 'a');
    first.order('unload', null);
    const marks = [
      { kind: 'order', text: 'a: load by hand' },
      { kind: 'order', text: 'Every model: unload by hand' },
    ];
    expect(first.all().marks).toMatchObject(marks);
    first.keeper.onModuleDestroy();
    const second = start('orders', BEGIN + DAY_MS / 2);
    expect(second.all().marks.slice(0, 2)).toMatchObject(marks);
    second.keeper.onModuleDestroy();
  });

  it('remembers everything over a restart, and says when that was', () => {
    const first = start('whole', BEGIN);
    first.state('a', 'stopped', 'starting');
    const [follower] = first.calls.begin(new FakeCall('a'));
    first.clock.advance(1000);
    first.state('a', 'starting', 'ready');
    follower!.onGranted!();
    follower!.onStart!(200, []);
    first.clock.advance(500);
    follower!.onClosed!();
    first.recorder.swapEnded(swap as unknown as SwapDecision);
    first.recorder.profileSwitched('night');
    first.state('a', 'ready', 'stopped');
    first.keeper.onModuleDestroy();

    const second = start('whole', BEGIN + 60_000);
    const view = second.all();
    expect(view.since).toBe('2026-01-01T00:00:00Z');
    expect(view.states.map(({ state }) => state)).toEqual(['starting', 'ready', 'stopped']);
    expect(view.requests).toMatchObject([
      { model: 'a', outcome: 'done', status: 200, endedAt: '2026-01-01T00:00:01.5Z' },
    ]);
    expect(view.swaps).toMatchObject([{ id: 1, target: 'a', tookMs: 900 }]);
    expect(view.marks.map(({ text }) => text)).toEqual([
      'Profile night',
      'Drover has been started again',
    ]);
    second.keeper.onModuleDestroy();
  });

  it('ends what ran when Drover was killed with the last sign of life', () => {
    const first = start('killed', BEGIN);
    first.state('a', 'starting', 'ready');
    first.clock.advance(30_000);
    first.recorder.profileSwitched(null);
    first.clock.advance(1000);

    const second = start('killed', BEGIN + DAY_MS);
    expect(second.all().states.at(-1)).toEqual({
      model: 'a',
      state: 'stopped',
      at: '2026-01-01T00:00:30Z',
    });
    first.keeper.onModuleDestroy();
    second.keeper.onModuleDestroy();
  });

  it('writes behind, once a second', () => {
    const life = start('behind', BEGIN);
    const file = new TimelineStore(join(folder, 'behind.timeline'));
    life.state('a', 'stopped', 'starting');
    expect(file.newest('state', 10)).toEqual([]);
    life.clock.advance(1000);
    expect(file.newest('state', 10)).toHaveLength(1);
    file.close();
    life.keeper.onModuleDestroy();
  });

  it('drops what is older than seven days', () => {
    const first = start('old', BEGIN);
    first.state('a', 'stopped', 'stopped');
    first.clock.advance(8 * DAY_MS);
    first.recorder.profileSwitched('kept');
    first.keeper.onModuleDestroy();
    const second = start('old', BEGIN + 8 * DAY_MS);
    expect(second.all().states).toEqual([]);
    expect(second.all().marks[0]).toMatchObject({ text: 'Profile kept' });
    second.keeper.onModuleDestroy();
  });

  it('goes without a store when the file cannot be used', () => {
    const life = start(join('no', 'such', 'folder'), BEGIN);
    life.state('a', 'stopped', 'starting');
    expect(life.all().states).toHaveLength(1);
    life.keeper.onModuleDestroy();
  });
});

describe('TimelineStore', () => {
  it('keeps no more rows than it may, and skips what it cannot read', () => {
    const store = new TimelineStore(join(folder, 'rows'));
    store.add(
      Array.from({ length: 10 }, (_, index) => ({ kind: 'mark', entry: markAt(index) }) as const),
    );
    store.prune(0, 4);
    expect(store.newest('mark', 100).map(({ atMs }) => atMs)).toEqual([6, 7, 8, 9]);
    expect(store.newest('mark', 2).map(({ atMs }) => atMs)).toEqual([8, 9]);
    store.close();
  });

  it('adds all rows or none', () => {
    const store = new TimelineStore(join(folder, 'atomic'));
    const broken = { atMs: 1, toJSON: () => JSON.parse('{') as unknown };
    const rows = [
      { kind: 'mark', entry: markAt(1) },
      { kind: 'mark', entry: broken as never },
    ] as const;
    expect(() => store.add(rows)).toThrow(/JSON/);
    expect(store.newest('mark', 10)).toEqual([]);
    store.close();
  });
});

function markAt(atMs: number) {
  return { kind: 'reload', atMs, text: 'x' } as const;
}
