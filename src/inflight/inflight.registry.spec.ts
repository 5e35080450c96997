import { describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import { FakeCall } from '../../test/support/fake-call.js';
import { fakeConfig } from '../../test/support/fake-config.js';
import { FakeRouter } from '../../test/support/fake-router.js';
import { CallWatchers } from '../calls/call.watchers.js';
import { InflightChange } from './inflight-change.interface.js';
import { InflightRegistry } from './inflight.registry.js';

function rig() {
  const clock = new VirtualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
  const calls = new CallWatchers();
  const router = new FakeRouter(fakeConfig([]));
  const registry = new InflightRegistry(calls, router, clock);
  const changes: InflightChange[] = [];
  const listen = (): (() => void) => registry.onChange((change) => changes.push(change));
  const begin = (call: FakeCall) => calls.begin(call)[0]!;
  /** What was told since the last time, after everything that was only put off has been done. */
  const told = async (): Promise<InflightChange[]> => {
    await Promise.resolve();
    return changes.splice(0);
  };
  return { clock, router, registry, listen, begin, told };
}

const upsert = (request: object) => ({
  operation: 'upsert',
  request: expect.objectContaining(request) as unknown,
});

describe('InflightRegistry', () => {
  it('shows a request with redacted headers, first value per name', async () => {
    const { registry, begin } = rig();
    begin(new FakeCall('m', 0, ['content-type', 'a', 'Content-Type', 'b', 'cookie', 'x']));
    expect(registry.snapshot()).toEqual({
      operation: 'snapshot',
      requests: [
        {
          id: '1',
          timestamp: '2026-01-02T03:04:05Z',
          model: 'm',
          req_path: '/v1/chat/completions',
          method: 'POST',
          req_headers: { 'Content-Type': 'a', Cookie: '[REDACTED]' },
          remote_ip: '',
          resp_headers: {},
          resp_bytes: 0,
          elapsed_ms: 0,
          stage: 'loading',
        },
      ],
    });
  });

  it('leaves the list out when nothing is in flight', () => {
    expect(rig().registry.snapshot()).toEqual({ operation: 'snapshot' });
  });

  it('ends what goes to a model, with the reason, and leaves alone what waits for one', () => {
    const { registry, begin } = rig();
    const [forwarded, waiting] = [new FakeCall('m'), new FakeCall('m')];
    forwarded.grantedAtMs = 1;
    begin(forwarded);
    begin(waiting);
    const reason = new DroverError('SHUTTING_DOWN', 'x');
    registry.endForwarded(reason);
    expect(forwarded.cancelReason).toBe(reason);
    expect(waiting.isCancelled).toBe(false);
  });

  it('tells begin, answer and end of a request at once', async () => {
    const { listen, begin, told } = rig();
    listen();
    const call = new FakeCall('m');
    const follower = begin(call);
    follower.onGranted?.();
    expect(await told()).toEqual([upsert({ id: '1', stage: 'running' })]);
    follower.onStart?.(200, ['content-type', 'text/plain']);
    expect(await told()).toEqual([upsert({ resp_headers: { 'Content-Type': 'text/plain' } })]);
    follower.onClosed?.();
    expect(await told()).toEqual([{ operation: 'remove', id: '1' }]);
  });

  it('tells bytes every 250 ms at most, the last ones too, and nothing while nothing changes', async () => {
    const { clock, listen, begin, told } = rig();
    listen();
    const call = new FakeCall('m');
    begin(call);
    await told();
    for (call.forwardedBytes = 1; call.forwardedBytes < 5; call.forwardedBytes += 1) {
      clock.advance(50);
    }
    expect(await told()).toEqual([]);
    clock.advance(50);
    expect(await told()).toEqual([upsert({ resp_bytes: 5, elapsed_ms: 250 })]);
    call.forwardedBytes = 9;
    clock.advance(249);
    expect(await told()).toEqual([]);
    clock.advance(1);
    expect(await told()).toEqual([upsert({ resp_bytes: 9, elapsed_ms: 500 })]);
    clock.advance(1000);
    expect(await told()).toEqual([]);
  });

  it('tells the place in the queue and why a request waits', async () => {
    const { clock, router, listen, begin, told } = rig();
    listen();
    const follower = begin(new FakeCall('m'));
    await told();
    const reason = { kind: 'busy', models: ['other'] } as const;
    router.waitReasons.set('m', reason);
    follower.onPosition?.(3);
    clock.advance(250);
    expect(await told()).toEqual([
      upsert({ stage: 'queued', queue_position: 3, wait_reason: reason }),
    ]);
    follower.onGranted?.();
    clock.advance(250);
    const [change] = await told();
    expect(change).toEqual(upsert({ stage: 'running' }));
    expect(change).not.toHaveProperty('request.queue_position');
  });

  it('never tells of a request that ends before it could be shown', async () => {
    const { listen, begin, told } = rig();
    listen();
    begin(new FakeCall('m')).onClosed?.();
    expect(await told()).toEqual([]);
  });

  it('removes a request that only a snapshot has shown', async () => {
    const { registry, listen, begin, told } = rig();
    const follower = begin(new FakeCall('m'));
    registry.snapshot();
    listen();
    follower.onClosed?.();
    expect(await told()).toEqual([{ operation: 'remove', id: '1' }]);
  });

  it('lists by arrival, then by id as text', () => {
    const { clock, registry, begin } = rig();
    for (let count = 0; count < 11; count += 1) begin(new FakeCall('m'));
    clock.advance(1);
    begin(new FakeCall('m'));
    const snapshot = registry.snapshot() as Extract<InflightChange, { operation: 'snapshot' }>;
    const ids = snapshot.requests!.map(({ id }) => id);
    expect(ids).toEqual(['1', '10', '11', '2', '3', '4', '5', '6', '7', '8', '9', '12']);
  });

  it('cancels a request by its id, and says when there is none', () => {
    const { registry, begin } = rig();
    const call = new FakeCall('m');
    begin(call);
    expect(registry.cancel('2')).toBe(false);
    expect(call.isCancelled).toBe(false);
    expect(registry.cancel('1')).toBe(true);
    expect(call.isCancelled).toBe(true);
  });

  it('holds no timer while nobody listens or nothing is in flight', () => {
    const { clock, listen, begin } = rig();
    const follower = begin(new FakeCall('m'));
    expect(clock.pendingTimers).toBe(0);
    const end = listen();
    expect(clock.pendingTimers).toBe(1);
    follower.onClosed?.();
    clock.advance(250);
    expect(clock.pendingTimers).toBe(0);
    begin(new FakeCall('m'));
    end();
    expect(clock.pendingTimers).toBe(0);
  });
});
