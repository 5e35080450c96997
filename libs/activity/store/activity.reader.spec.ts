import { describe, expect, it } from 'vitest';
import { activityEntry } from '../testing/activity-entry.js';
import { ActivityDetail, ActivityEntry } from './activity-record.interface.js';
import { ActivityFilter, ActivityReader } from './activity.reader.js';
import { ActivityStore } from './activity.store.js';

const ALL: ActivityFilter = {
  models: null,
  outcome: null,
  statusClass: null,
  keyName: null,
  sessionId: null,
  path: null,
  minDurationMs: null,
  fromMs: null,
  toMs: null,
};

const NINE = Date.UTC(2026, 2, 4, 9, 30);
const TEN = Date.UTC(2026, 2, 4, 10, 0);

const requests: readonly (readonly [Partial<ActivityEntry>, Partial<ActivityDetail>])[] = [
  [
    { endedMs: NINE, model: 'a', durationMs: 100 },
    { ttftMs: 10, keyName: 'team' },
  ],
  [{ endedMs: NINE, model: 'b', durationMs: 200, status: 500 }, { outcome: 'server_error' }],
  [
    { endedMs: TEN, model: 'a', durationMs: 300, path: '/completion' },
    { ttftMs: 30, sessionId: 's' },
  ],
];

function reader(): ActivityReader {
  const store = new ActivityStore({ path: null, maxRows: null });
  store.insert(requests.map((args, index) => ({ id: index + 1, entry: activityEntry(...args) })));
  return new ActivityReader(store);
}

describe('ActivityReader', () => {
  it.each<[string, Partial<ActivityFilter>, number[]]>([
    ['nothing', {}, [3, 2, 1]],
    ['a model', { models: ['a'] }, [3, 1]],
    ['an outcome', { outcome: 'server_error' }, [2]],
    ['a class of status', { statusClass: 2 }, [3, 1]],
    ['a key', { keyName: 'team' }, [1]],
    ['a session', { sessionId: 's' }, [3]],
    ['a path', { path: '/completion' }, [3]],
    ['a duration', { minDurationMs: 200 }, [3, 2]],
    ['a span of time', { fromMs: NINE, toMs: TEN }, [2, 1]],
  ])('filters by %s', (_, filter, ids) => {
    const { data } = reader().page({ ...ALL, ...filter }, null, 10);
    expect(data.map(({ id }) => id)).toEqual(ids);
  });

  it('walks through the log by cursor', () => {
    const first = reader().page(ALL, null, 2);
    expect(first).toMatchObject({ data: [{ id: 3 }, { id: 2 }], nextCursor: 2 });
    expect(reader().page(ALL, first.nextCursor, 2)).toMatchObject({
      data: [{ id: 1 }],
      nextCursor: null,
    });
  });

  it('shows unknown figures as null', () => {
    expect(reader().page(ALL, null, 1).data[0]).toMatchObject({ queueMs: null, error: null });
  });

  it('sums up per model and hour', () => {
    expect(reader().aggregate(ALL, ['model', 'hour'])).toMatchObject([
      { model: 'a', hour: '2026-03-04T10:00:00Z', requests: 1, errors: 0 },
      { model: 'b', hour: '2026-03-04T09:00:00Z', requests: 1, errors: 1, ttftMs: null },
      { model: 'a', hour: '2026-03-04T09:00:00Z', requests: 1 },
    ]);
  });

  it('takes percentiles over what was measured', () => {
    const [all] = reader().aggregate(ALL, []);
    expect(all).toMatchObject({ requests: 3, errorRate: 1 / 3, ttftMs: { p50: 20 } });
    expect(all?.durationMs?.p50).toBe(200);
  });
});
