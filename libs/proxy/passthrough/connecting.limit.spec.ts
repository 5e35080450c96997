import { EventEmitter } from 'node:events';
import { ClientRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { UpstreamTarget } from '../upstream-target.interface.js';
import { ConnectingLimit } from './connecting.limit.js';

/** A connection that comes about when a test says so. */
class FakeSocket extends EventEmitter {
  constructor(readonly connecting = true) {
    super();
  }
}

class FakeOutgoing extends EventEmitter {
  socket: FakeSocket | null = null;

  get typed(): ClientRequest {
    return this as unknown as ClientRequest;
  }
}

function rig(url = 'http://h', connect = 30) {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const timeouts = { connect, tlsHandshake: 10, keepalive: 0 };
  const target = { id: 'm', kind: 'local', url: new URL(url), timeouts } as UpstreamTarget;
  const limit = new ConnectingLimit(target, clock, {
    onTimeout: (error) => seen.push((error as Error & { code: string }).code),
    onConnected: () => seen.push('connected'),
  });
  return { clock, seen, limit, outgoing: new FakeOutgoing() };
}

describe('ConnectingLimit', () => {
  it.each([
    ['http://h', 30_000],
    ['https://h', 40_000],
  ])('gives up %s after its time, handshake included', (url, limitMs) => {
    const { clock, seen, limit, outgoing } = rig(url);
    outgoing.socket = new FakeSocket();
    limit.watch(outgoing.typed);
    clock.advance(limitMs - 1);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual(['UND_ERR_CONNECT_TIMEOUT']);
  });

  it('ends with the connection, which may come late', () => {
    const { clock, seen, limit, outgoing } = rig();
    limit.watch(outgoing.typed);
    const socket = new FakeSocket();
    outgoing.emit('socket', socket);
    expect(seen).toEqual([]);
    socket.emit('connect');
    expect([seen, clock.pendingTimers]).toEqual([['connected'], 0]);
  });

  it('takes an encrypted connection for one after its handshake only', () => {
    const { seen, limit, outgoing } = rig('https://h');
    outgoing.socket = new FakeSocket();
    limit.watch(outgoing.typed);
    outgoing.socket.emit('connect');
    expect(seen).toEqual([]);
    outgoing.socket.emit('secureConnect');
    expect(seen).toEqual(['connected']);
  });

  it('is content at once with a connection that is there', () => {
    const { clock, seen, limit, outgoing } = rig();
    outgoing.socket = new FakeSocket(false);
    limit.watch(outgoing.typed);
    expect([seen, clock.pendingTimers]).toEqual([['connected'], 0]);
  });

  it('leaves no timer behind a request that ends', () => {
    const { clock, limit, outgoing } = rig();
    limit.watch(outgoing.typed);
    outgoing.emit('close');
    expect(clock.pendingTimers).toBe(0);
  });

  it('sets none where there is no limit', () => {
    const { clock, limit, outgoing } = rig('https://h', 0);
    limit.watch(outgoing.typed);
    expect(clock.pendingTimers).toBe(0);
  });
});
