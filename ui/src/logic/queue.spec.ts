import { describe, expect, it } from 'vitest';
import type { TrackedRequest } from './inflight.js';
import { isReordered, stageText, waitingGroups } from './queue.js';

const request = (id: string, model: string, more: Partial<TrackedRequest>) =>
  ({ id, model, resp_bytes: 0, ...more }) as TrackedRequest;

describe('waitingGroups', () => {
  it('puts models in the order in which they will be served, what is being loaded first', () => {
    const groups = waitingGroups([
      request('1', 'c', { stage: 'queued', queue_position: 3 }),
      request('2', 'b', { stage: 'queued', queue_position: 2 }),
      request('3', 'a', { stage: 'loading' }),
      request('4', 'b', { stage: 'queued', queue_position: 1 }),
      request('5', 'a', { stage: 'running' }),
      request('6', 'old', {}),
    ]);
    expect(groups.map(({ model, position }) => [model, position])).toEqual([
      ['a', null],
      ['b', 1],
      ['c', 3],
    ]);
    expect(groups[1]!.requests.map(({ id }) => id)).toEqual(['4', '2']);
  });

  it('says why', () => {
    const wait_reason = { kind: 'busy' as const, models: ['a'] };
    const groups = waitingGroups([request('1', 'b', { stage: 'queued', wait_reason })]);
    expect(groups[0]!.reason).toBe('a must go and still has work');
  });
});

describe('isReordered', () => {
  const queued = (id: string, queue_position: number, second: number) =>
    request(id, id, {
      stage: 'queued',
      queue_position,
      timestamp: new Date(second * 1000).toISOString(),
    });

  it.each([
    ['in the order of arrival', [queued('1', 1, 10), queued('2', 2, 11)], false],
    ['with a later one first', [queued('1', 2, 10), queued('2', 1, 11)], true],
    [
      'of which only one waits',
      [queued('1', 1, 10), request('2', 'b', { stage: 'running' })],
      false,
    ],
    ['that is empty', [], false],
  ])('judges a queue %s', (_, list, expected) => {
    expect(isReordered(list)).toBe(expected);
  });
});

describe('stageText', () => {
  it.each([
    [{ stage: 'queued', queue_position: 2 }, 'Queued, no. 2'],
    [{ stage: 'queued' }, 'Queued'],
    [{ stage: 'loading' }, 'Loading'],
    [{ stage: 'running' }, 'Running'],
    [{ stage: 'running', resp_bytes: 5 }, 'Answering'],
    [{}, 'Running'],
  ] as const)('reads %j as %s', (more, text) => {
    expect(stageText(request('1', 'a', more))).toBe(text);
  });
});
