import { EventEmitter } from 'node:events';
import { type Socket } from 'socket.io';
import { describe, expect, it } from 'vitest';
import { PushClient } from './push.client.js';

/** A client whose connection takes nothing until `read`. */
function setup() {
  const conn = new EventEmitter();
  const sent: unknown[] = [];
  const socket = { conn, emit: (event: string, payload: unknown) => sent.push([event, payload]) };
  let state = 0;
  const client = new PushClient(socket as unknown as Socket, () => (state += 1));
  return { client, sent, read: () => conn.emit('drain') };
}

describe('PushClient', () => {
  it('drops what exceeds the limit, and counts it', () => {
    const { client, sent, read } = setup();
    for (let at = 0; at < 70; at += 1) client.send('x', at);
    expect(sent).toHaveLength(64);
    expect(client.droppedCount).toBe(6);
    read();
    client.send('x', 70);
    expect(sent.at(-1)).toEqual(['x', 70]);
    expect(client.droppedCount).toBe(6);
  });

  it('sends states that change together once more, as they are when there is room', () => {
    const { client, sent, read } = setup();
    client.sendState();
    client.sendState();
    client.sendState();
    expect(sent).toEqual([['llama-status:update', 1]]);
    read();
    expect(sent).toEqual([
      ['llama-status:update', 1],
      ['llama-status:update', 2],
    ]);
    read();
    expect(sent).toHaveLength(2);
  });

  it('wants every model until it is limited to some', () => {
    const { client } = setup();
    expect(client.wants('a')).toBe(true);
    client.limitTo(new Set(['b']));
    expect([client.wants('a'), client.wants('b')]).toEqual([false, true]);
    client.limitTo(null);
    expect(client.wants('a')).toBe(true);
  });
});
