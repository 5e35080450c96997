import { EventEmitter } from 'node:events';
import { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { LIVE_EVENT_TYPES, liveEventFrame, readTypes } from './live-event.js';
import { LiveEventClient } from './live-event.client.js';

/** A response of which the test says how much waits in it. */
class FakeResponse extends EventEmitter {
  writableLength = 0;
  writableNeedDrain = false;
  destroyed = false;
  writableEnded = false;
  readonly written: string[] = [];

  write(frame: string): void {
    this.written.push(frame);
  }

  end(): void {
    this.writableEnded = true;
  }
}

function setup() {
  const response = new FakeResponse();
  const client = new LiveEventClient(response as unknown as ServerResponse, new Set(['perf']));
  return { response, client };
}

describe('readTypes', () => {
  it('takes all without a parameter, and those that are named', () => {
    expect(readTypes(undefined)).toEqual(new Set(LIVE_EVENT_TYPES));
    expect(readTypes('perf, alert,')).toEqual(new Set(['perf', 'alert']));
    expect(readTypes(['perf', 'queue'])).toEqual(new Set(['perf', 'queue']));
  });

  it('names the types there are when it does not know one', () => {
    expect(() => readTypes('perf,no\u0007such')).toThrow(
      /unknown type ".*"; there are modelStatus/,
    );
  });
});

describe('liveEventFrame', () => {
  it('keeps to one line of data, whatever is in it', () => {
    expect(liveEventFrame('r-1', { type: 'alert', data: { message: 'a\nb' } })).toBe(
      'id: r-1\nevent: alert\ndata: {"message":"a\\nb"}\n\n',
    );
  });
});

describe('LiveEventClient', () => {
  it('drops what a slow client does not read, and tells it how much', () => {
    const { response, client } = setup();
    client.send('a');
    response.writableLength = 1024 * 1024 + 1;
    client.send('b');
    client.send('c');
    response.writableLength = 0;
    response.emit('drain');
    response.emit('drain');
    client.send('d');
    expect(response.written).toEqual(['a', 'event: dropped\ndata: {"count":2}\n\n', 'd']);
    expect(client.droppedCount).toBe(2);
  });

  it('pings only who reads', () => {
    const { response, client } = setup();
    client.ping();
    response.writableNeedDrain = true;
    client.ping();
    expect(response.written).toEqual([':\n\n']);
  });

  it('writes nothing after the end', () => {
    const { response, client } = setup();
    client.end();
    client.send('a');
    expect([response.written, response.writableEnded]).toEqual([[], true]);
  });
});
