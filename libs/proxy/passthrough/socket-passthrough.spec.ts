import { EventEmitter } from 'node:events';
import { ClientRequest } from 'node:http';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import { PassthroughUpgrade } from './passthrough-request.interface.js';
import { SocketPassthrough } from './socket-passthrough.js';

/** One side of a connection that the test ends. */
class Side extends Duplex {
  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }

  destroySoon(): void {
    this.destroy();
  }

  /** The other end has finished speaking. */
  finish(): void {
    this.push(null);
    this.resume();
  }
}

function asked() {
  const clock = new VirtualClock();
  const [client, upstream] = [new Side(), new Side()];
  const timeouts = { responseHeader: 0 };
  const target = { url: new URL('http://127.0.0.1:1'), kind: 'local', timeouts };
  const cutting = new AbortController();
  const sent = { request: {}, socket: client, head: Buffer.alloc(0), path: '/', query: '' };
  const call = { ...sent, target, signal: cutting.signal };
  const told: unknown[] = [];
  const passing = new SocketPassthrough(call as unknown as PassthroughUpgrade, clock, {
    onStatus: (status) => told.push(status),
    onFailure: (failure) => told.push(failure),
  });
  const destroy = (error?: Error): void => {
    if (error) passing.onError(error);
  };
  const outgoing = Object.assign(new EventEmitter(), { destroy });
  passing.onOutgoing(outgoing as unknown as ClientRequest);
  return { clock, client, upstream, outgoing, cutting, told };
}

function opened() {
  const rig = asked();
  rig.outgoing.emit('upgrade', {}, rig.upstream);
  expect(rig.told).toEqual([101]);
  return rig;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a websocket passing through', () => {
  it.each(['client', 'upstream'] as const)(
    'ends 2 s after its %s has finished speaking, though the other side stays open',
    async (who) => {
      const { clock, client, upstream } = opened();
      const sides = { client, upstream };
      sides[who].finish();
      await turn();
      clock.advance(1999);
      expect([sides.client.destroyed, sides.upstream.destroyed]).toEqual([false, false]);
      clock.advance(1);
      expect([sides.client.destroyed, sides.upstream.destroyed]).toEqual([true, true]);
      await turn();
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('ends at once when a side has closed', async () => {
    const { clock, client, upstream } = opened();
    client.finish();
    await turn();
    upstream.destroy();
    await turn();
    expect(client.destroyed).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends on both sides when it is cut', async () => {
    const { cutting, client, upstream } = opened();
    cutting.abort(new DroverError('UPSTREAM_UNREACHABLE', 'stopped'));
    await turn();
    expect([client.destroyed, upstream.destroyed]).toEqual([true, true]);
  });

  it('is answered with the reason when it is cut before its upstream has answered', () => {
    const { cutting, client, told } = asked();
    const reason = new DroverError('UPSTREAM_UNREACHABLE', 'stopped');
    cutting.abort(reason);
    expect([told, client.destroyed]).toEqual([[reason], false]);
  });

  it('is given up without a word when it is cancelled before that', () => {
    const { cutting, client, told } = asked();
    cutting.abort();
    expect([told, client.destroyed]).toEqual([[], true]);
  });
});
