import { EventEmitter } from 'node:events';
import { ServerResponse } from 'node:http';
import { beforeEach, expect, it } from 'vitest';
import { CancelTimer, VirtualClock } from '#lib/foundation';
import { EventStreamClient, EventStreamHub } from './event-stream.hub.js';

class FakeClient implements EventStreamClient {
  droppedCount = 0;
  readonly seen: string[] = [];

  ping(): void {
    this.seen.push('ping');
  }

  end(): void {
    this.seen.push('end');
  }
}

class Hub extends EventStreamHub<FakeClient> {
  lastLeft = 0;

  /** Returns the client's connection. */
  take(client: FakeClient): EventEmitter {
    const response = new EventEmitter();
    this.join(client, response as ServerResponse, () => (this.lastLeft += 1));
    return response;
  }

  keepOpen(): CancelTimer {
    return this.startPings();
  }
}

let clock: VirtualClock;
let closing: AbortController;
let hub: Hub;

beforeEach(() => {
  clock = new VirtualClock();
  closing = new AbortController();
  hub = new Hub(clock, closing.signal);
});

it('counts those who listen, and tells when the last one has left', () => {
  const [one, other] = [hub.take(new FakeClient()), hub.take(new FakeClient())];
  expect(hub.clientCount).toBe(2);
  one.emit('close');
  expect([hub.clientCount, hub.lastLeft]).toEqual([1, 0]);
  other.emit('close');
  expect([hub.clientCount, hub.lastLeft]).toEqual([0, 1]);
});

it('counts what was lost by those who have left too', () => {
  const [one, other] = [new FakeClient(), new FakeClient()];
  const connection = hub.take(one);
  hub.take(other);
  one.droppedCount = 2;
  other.droppedCount = 3;
  connection.emit('close');
  expect(hub.droppedCount).toBe(5);
});

it('pings every 15 s until it is told not to', () => {
  const client = new FakeClient();
  hub.take(client);
  const cancel = hub.keepOpen();
  clock.advance(30_000);
  expect(client.seen).toEqual(['ping', 'ping']);
  cancel();
  clock.advance(30_000);
  expect(client.seen).toHaveLength(2);
});

it('ends all streams when Drover closes', () => {
  const client = new FakeClient();
  hub.take(client);
  closing.abort();
  expect(client.seen).toEqual(['end']);
});
