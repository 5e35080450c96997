import { EventEmitter } from 'node:events';
import { ClientRequest } from 'node:http';
import { Socket } from 'node:net';
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

  /** Not done with what was written, as long as whoever is there does not read. */
  isStuck = false;
  private taken: (() => void) | null = null;

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    if (this.isStuck) this.taken = done;
    else done();
  }

  readOn(): void {
    this.isStuck = false;
    this.taken?.();
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

function asked(url = 'http://127.0.0.1:1') {
  const clock = new VirtualClock();
  const [client, upstream] = [new Side(), new Side()];
  const timeouts = { responseHeader: 0 };
  const target = { url: new URL(url), kind: 'local', timeouts };
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
  return { passing, clock, client, upstream, outgoing, cutting, told };
}

function opened(url?: string) {
  const rig = asked(url);
  rig.outgoing.emit('upgrade', {}, rig.upstream);
  expect(rig.told).toEqual([101]);
  return rig;
}

function behind(url?: string) {
  const rig = opened(url);
  const { passing, client, upstream } = rig;
  const take = (text: string): void => {
    passing.take(Buffer.from(text), upstream as unknown as Socket);
  };
  client.isStuck = true;
  return { ...rig, take };
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

  describe('of which the client does not read what comes', () => {
    it('is not read on before the client has everything', async () => {
      const { passing, client, upstream, take } = behind();
      let resumed = 0;
      upstream.resume = () => ((resumed += 1), upstream);
      take('a');
      expect([passing.isWaiting, client.writableLength, resumed]).toEqual([true, 1, 0]);
      client.readOn();
      await turn();
      expect([passing.isWaiting, client.writableLength, resumed]).toEqual([false, 0, 1]);
    });

    it.each([
      ['http://127.0.0.1:1', false],
      ['https://127.0.0.1:1', true],
    ])('holds its memory if more may come in spite of that: %s', async (url, isHeld) => {
      const { passing, client, take } = behind(url);
      take('a');
      expect(passing.holdsBytes).toBe(isHeld);
      client.readOn();
      await turn();
      expect(passing.holdsBytes).toBe(false);
    });

    it('keeps the order when something that came first has not been written', () => {
      const { passing, client, upstream, take } = behind();
      upstream.push('first');
      take('a');
      expect([passing.isWaiting, passing.holdsBytes, client.writableLength]).toEqual([
        true,
        true,
        0,
      ]);
      expect(String(upstream.read())).toBe('firsta');
    });

    it('leaves the answer to its handshake to the proxy', () => {
      const { passing, client, upstream } = asked();
      passing.take(Buffer.from('HTTP/1.1'), upstream as unknown as Socket);
      expect([String(upstream.read()), client.writableLength]).toEqual(['HTTP/1.1', 0]);
    });

    it('drops what comes for a client that has gone', () => {
      const { passing, client, take } = behind();
      client.end();
      take('a');
      expect([passing.isWaiting, client.writableLength]).toEqual([false, 0]);
    });
  });
});
