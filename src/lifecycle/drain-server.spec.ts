import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { cutConnections, drainServer } from './drain-server.js';

function setUp() {
  const clock = new VirtualClock();
  const told: string[] = [];
  const closed = Promise.withResolvers<void>();
  const server = Object.assign(createServer(), {
    closeIdleConnections: () => void told.push('idle'),
    closeAllConnections: () => void told.push('all'),
  });
  const over = new AbortController();
  const draining = drainServer({ close: () => closed.promise, server }, clock, over.signal);
  return { clock, told, closed, over, draining, server };
}

describe('drainServer', () => {
  it('closes connections as they become idle until all are gone', async () => {
    const { clock, told, closed, draining } = setUp();
    clock.advance(75);
    expect(told).toEqual(['idle', 'idle', 'idle']);
    closed.resolve();
    await draining;
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits for nobody once the time is over, and cuts nobody by itself', async () => {
    const { clock, told, over, draining } = setUp();
    over.abort();
    await draining;
    expect(told).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when closing fails', async () => {
    const { clock, closed, draining } = setUp();
    closed.reject(new Error('no'));
    await expect(draining).rejects.toThrow('no');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('cutConnections', () => {
  it('cuts where the server can, and leaves others alone', async () => {
    const { server, told } = setUp();
    cutConnections(server);
    expect(told).toEqual(['all']);
    const plain = createServer().listen(0, '127.0.0.1');
    await once(plain, 'listening');
    expect(() => cutConnections(plain)).not.toThrow();
    plain.close();
  });
});
