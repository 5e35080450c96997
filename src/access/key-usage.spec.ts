import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConfigStore, DroverConfig } from '#lib/config';
import { DroverError, VirtualClock } from '#lib/foundation';
import { fakeConfig } from '../../test/support/fake-config.js';
import { Client, ClientLimits } from './client.interface.js';
import { KeyUsage } from './key-usage.js';
import { ALL_SCOPES } from './scopes.js';

const NONE: ClientLimits = { requestsPerMinute: 0, tokensPerMinute: 0, concurrency: 0 };

function setUp() {
  const clock = new VirtualClock();
  const changes: ((change: { current: DroverConfig }) => void)[] = [];
  const store = {
    onChange: (listener: (typeof changes)[number]) => changes.push(listener),
  } as unknown as ConfigStore;
  const usage = new KeyUsage(store, clock);
  const reload = (...names: string[]): void => {
    const namedKeys = names.map((name) => ({ name })) as unknown as DroverConfig['namedKeys'];
    for (const change of changes) change({ current: fakeConfig([], { namedKeys }) });
  };
  /** Headers of the answer; an error of the refusal. */
  const enter = (limits: Partial<ClientLimits>, name = 'ci') => {
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    const client: Client = { name, scopes: ALL_SCOPES, models: null, limits: null };
    let end: (() => void) | null = null;
    let error: DroverError | null = null;
    try {
      end = usage.enter(client, { ...NONE, ...limits }, response);
    } catch (failure) {
      error = failure as DroverError;
    }
    return { end, error, header: (what: string) => response.getHeader(`x-ratelimit-${what}`) };
  };
  return { clock, usage, reload, enter };
}

describe('KeyUsage', () => {
  it('counts requests, tells what is left and when the next one may come', () => {
    const { clock, enter } = setUp();
    const limits = { requestsPerMinute: 2 };
    expect(enter(limits).header('remaining-requests')).toBe('1');
    const second = enter(limits);
    expect(second.header('limit-requests')).toBe('2');
    expect(second.header('remaining-requests')).toBe('0');
    expect(second.header('reset-requests')).toBe('1m0s');
    const third = enter(limits);
    expect(third.error).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 30 });
    expect(third.header('remaining-requests')).toBe('0');
    clock.advance(30_000);
    expect(enter(limits).error).toBeNull();
  });

  it('counts tokens afterwards and waits until they are back', () => {
    const { clock, usage, enter } = setUp();
    const limits = { tokensPerMinute: 100 };
    expect(enter(limits).header('remaining-tokens')).toBe('100');
    usage.spend('ci', 150);
    const refused = enter(limits);
    expect(refused.error).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refused.header('remaining-tokens')).toBe('0');
    clock.advance(refused.error!.retryAfterSeconds! * 1000);
    expect(enter(limits).error).toBeNull();
  });

  it('limits what runs at the same time, and uses up nothing for a refusal', () => {
    const { enter } = setUp();
    const limits = { concurrency: 1, requestsPerMinute: 10 };
    const first = enter(limits);
    const refused = enter(limits);
    expect(refused.error).toMatchObject({ code: 'KEY_CONCURRENCY' });
    expect(refused.header('remaining-requests')).toBe('9');
    first.end!();
    expect(enter(limits).error).toBeNull();
  });

  it('keeps keys apart, and has no headers for what has no limit', () => {
    const { enter } = setUp();
    expect(enter({ concurrency: 1 }, 'a').error).toBeNull();
    const other = enter({ concurrency: 1 }, 'b');
    expect(other.error).toBeNull();
    expect(other.header('limit-requests')).toBeUndefined();
  });

  it('keeps the count of a key that stays over a reload, and forgets one that has gone', () => {
    const { reload, enter } = setUp();
    const limits = { requestsPerMinute: 1 };
    enter(limits);
    reload('ci');
    expect(enter(limits).error).not.toBeNull();
    reload('other');
    expect(enter(limits).error).toBeNull();
  });

  it('knows no tokens of a key without limits', () => {
    const { usage, enter } = setUp();
    usage.spend('ci', 1000);
    expect(enter({ tokensPerMinute: 10 }).error).toBeNull();
  });
});
