import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { BodyPace } from './body-pace.js';

const WINDOW_MS = 20_000;

function setUp(bodyRateBytes = 500) {
  const clock = new VirtualClock();
  const cut: IncomingMessage[] = [];
  const limits = { bodyRateBytes, bodyWindowMs: WINDOW_MS, checkIntervalMs: 5000 };
  const pace = new BodyPace(limits, clock, (request) => {
    cut.push(request);
  });
  const begin = () => {
    const received = { bytes: 0 };
    const socket = new Socket();
    Object.defineProperty(socket, 'bytesRead', { get: () => received.bytes });
    const request = new IncomingMessage(socket);
    pace.watch(request, new ServerResponse(request));
    return { request, received };
  };
  return { clock, cut, pace, begin };
}

describe('BodyPace', () => {
  it('cuts a body of which nothing comes, after a window', () => {
    const { clock, cut, begin, pace } = setUp();
    const { request } = begin();
    clock.advance(WINDOW_MS - 1);
    expect(cut).toEqual([]);
    clock.advance(1);
    expect(cut).toEqual([request]);
    expect([pace.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('cuts a body that was fast and then stalls', () => {
    const { clock, cut, begin } = setUp();
    const { received } = begin();
    received.bytes = 1e9;
    clock.advance(WINDOW_MS);
    expect(cut).toEqual([]);
    clock.advance(WINDOW_MS);
    expect(cut).toHaveLength(1);
  });

  it('lets a body go on that is just fast enough', () => {
    const { clock, cut, begin } = setUp(100);
    const { received } = begin();
    for (let second = 0; second < 120; second++) {
      received.bytes += 100;
      clock.advance(1000);
    }
    expect(cut).toEqual([]);
  });

  it('excuses a client that waits for the model to take more', () => {
    const { clock, cut, begin } = setUp();
    const { request } = begin();
    request.push(Buffer.from('waits to be read'));
    clock.advance(10 * WINDOW_MS);
    expect(cut).toEqual([]);
    request.read();
    clock.advance(2 * WINDOW_MS);
    expect(cut).toEqual([request]);
  });

  it('forgets what is complete, and looks no more when nothing is left', () => {
    const { clock, cut, begin, pace } = setUp();
    const { request } = begin();
    request.complete = true;
    clock.advance(5000);
    expect([pace.size, clock.pendingTimers, cut.length]).toEqual([0, 0, 0]);
  });

  it('watches nothing without a limit', () => {
    const { pace, begin, clock } = setUp(0);
    begin();
    expect([pace.size, clock.pendingTimers]).toEqual([0, 0]);
  });
});
