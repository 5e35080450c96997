import { describe, expect, it } from 'vitest';
import { applyInflight, sessionOf, type TrackedRequest } from './inflight.js';
import type { InflightRequest } from './live-types.js';

function request(
  id: string,
  timestamp: string,
  extra: Partial<InflightRequest> = {},
): InflightRequest {
  return {
    id,
    timestamp,
    model: 'm',
    req_path: '/v1/chat/completions',
    method: 'POST',
    req_headers: {},
    remote_ip: '127.0.0.1',
    resp_headers: {},
    resp_bytes: 0,
    elapsed_ms: 0,
    ...extra,
  };
}

const ids = (list: readonly TrackedRequest[]): string[] => list.map((entry) => entry.id);

describe('applyInflight', () => {
  it('orders a snapshot by time, then by number', () => {
    const requests = [request('10', 't1'), request('9', 't1'), request('1', 't2')];
    expect(ids(applyInflight([], { operation: 'snapshot', requests }, 5))).toEqual([
      '9',
      '10',
      '1',
    ]);
  });

  it('takes a snapshot without a list as empty', () => {
    const before = applyInflight([], { operation: 'upsert', request: request('1', 't') }, 0);
    expect(applyInflight(before, { operation: 'snapshot' }, 0)).toEqual([]);
  });

  it('replaces on upsert and forgets on remove', () => {
    let list = applyInflight([], { operation: 'upsert', request: request('1', 't') }, 0);
    list = applyInflight(
      list,
      { operation: 'upsert', request: request('1', 't', { resp_bytes: 7 }) },
      3,
    );
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ resp_bytes: 7, receivedMs: 3 });
    expect(applyInflight(list, { operation: 'remove', id: '1' }, 4)).toEqual([]);
    expect(applyInflight(list, { operation: 'remove', id: '2' }, 4)).toHaveLength(1);
  });
});

describe('sessionOf', () => {
  it('takes the first configured header that is present, whatever its case', () => {
    const entry = request('1', 't', { req_headers: { 'x-litellm-session-id': 'b' } });
    expect(sessionOf(entry, ['X-Session-ID', 'X-Litellm-Session-Id'])).toBe('b');
    expect(sessionOf(entry, [])).toBeUndefined();
  });
});
