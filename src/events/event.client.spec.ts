import { EventEmitter } from 'node:events';
import { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { EventClient } from './event.client.js';
import { EVENT_TOPICS, EventTopic } from './event-topics.js';

/** The part of a response that an event client uses; `stall` makes it a slow one. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  writableLength = 0;
  writableNeedDrain = false;
  destroyed = false;
  writableEnded = false;

  write(text: string): boolean {
    this.written.push(text);
    return !this.writableNeedDrain;
  }

  end(): void {
    this.writableEnded = true;
  }

  stall(): void {
    this.writableLength = 2 ** 21;
    this.writableNeedDrain = true;
  }

  drain(): void {
    this.writableLength = 0;
    this.writableNeedDrain = false;
    this.emit('drain');
  }
}

function rig(topics: readonly EventTopic[] = EVENT_TOPICS) {
  const response = new FakeResponse();
  const client = new EventClient(
    response as unknown as ServerResponse,
    new Set(topics),
    (topic) => `${topic} now`,
  );
  return { response, client };
}

describe('EventClient', () => {
  it('writes what its client has asked for only', () => {
    const { response, client } = rig(['inflight']);
    client.send('modelStatus', 'models');
    client.send('inflight', 'list');
    expect(response.written).toEqual(['list']);
  });

  it('makes up for lost state with the state as it is when the client has caught up', () => {
    const { response, client } = rig();
    response.stall();
    for (const at of [1, 2, 3]) client.send('inflight', `change ${at}`);
    client.send('modelStatus', 'models');
    expect(response.written).toEqual([]);
    response.drain();
    expect(response.written).toEqual(['inflight now', 'modelStatus now']);
    response.drain();
    expect(response.written).toHaveLength(2);
  });

  it('tells a slow client later of each row of the activity log, the latest 1000 at most', () => {
    const { response, client } = rig();
    response.stall();
    for (let id = 0; id < 1200; id += 1) client.send('activity', `row ${id}`);
    response.drain();
    expect(response.written).toHaveLength(1000);
    expect(response.written[0]).toBe('row 200');
  });

  it('holds logs back until the client has caught up', async () => {
    const { response, client } = rig();
    response.stall();
    let isThrough = false;
    const sent = client.sendLog('log').then(() => (isThrough = true));
    await Promise.resolve();
    expect(isThrough).toBe(false);
    response.drain();
    await sent;
    expect(isThrough).toBe(true);
  });

  it('lets a log go when the client has left', async () => {
    const { response, client } = rig();
    response.stall();
    const sent = client.sendLog('log');
    response.destroyed = true;
    response.emit('close');
    await expect(sent).resolves.toBeUndefined();
    expect(client.isClosed).toBe(true);
  });

  it('pings idle clients, not those that have not read what there is', () => {
    const { response, client } = rig();
    client.ping();
    expect(response.written).toEqual([':\n\n']);
    response.stall();
    client.ping();
    expect(response.written).toHaveLength(1);
  });

  it('writes nothing after the end', () => {
    const { response, client } = rig();
    client.end();
    client.send('inflight', 'list');
    client.ping();
    expect(response.written).toEqual([]);
  });
});
