import { EventEmitter } from 'node:events';
import { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import {
  ChatDialect,
  LoadingDialect,
  MessagesDialect,
  ResponsesDialect,
} from './loading.dialect.js';
import { LoadingStream } from './loading.stream.js';

/** The part of a response that a loading stream uses. */
class FakeResponse extends EventEmitter {
  readonly req = { httpVersionMajor: 1 };
  written: string[] = [];
  status: number | null = null;
  headersSent = false;
  destroyed = false;
  writableEnded = false;
  writableNeedDrain = false;

  writeHead(status: number): void {
    this.status = status;
    this.headersSent = true;
  }

  flushHeaders(): void {}

  write(text: string): void {
    this.written.push(text);
  }

  end(text: string): void {
    this.written.push(text);
    this.writableEnded = true;
  }
}

const chat = (): LoadingDialect => new ChatDialect('m', 'id', 1);

function rig(dialect: LoadingDialect = chat(), expectedMs: number | null = null) {
  const clock = new VirtualClock();
  const response = new FakeResponse();
  const wait = { response: response as unknown as ServerResponse, model: 'm', sinceMs: 0 };
  const stream = new LoadingStream({ ...wait, expectedMs }, dialect, clock);
  stream.beginSoon();
  /** What was written since the last time. */
  const written = (): string => response.written.splice(0).join('');
  return { clock, response, stream, written };
}

describe('LoadingStream', () => {
  it('does not begin when the model is there in the same moment', () => {
    const { clock, response, stream } = rig();
    stream.ready();
    clock.advance(60_000);
    expect(response.status).toBeNull();
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves an error at once to a real status', () => {
    const { clock, response, stream } = rig();
    stream.fail(new DroverError('MODEL_START_FAILED', 'no'));
    clock.advance(60_000);
    expect(response.status).toBeNull();
    expect(response.writableEnded).toBe(false);
  });

  it('sends complete chunks, a sign of life every 750 ms', () => {
    const { clock, written } = rig();
    clock.advance(1);
    const first = JSON.parse(written().split('\n\n')[0]!.slice(6)) as object;
    expect(first).toEqual({
      id: 'id',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          delta: { reasoning_content: '━━━━━\nllama-swap loading model: m\n' },
          finish_reason: null,
        },
      ],
    });
    clock.advance(7500);
    expect(written().match(/"reasoning_content":"\."/g)).toHaveLength(10);
  });

  it('tells each new place once', () => {
    const { clock, stream, written } = rig();
    stream.onPosition(2);
    clock.advance(1501);
    expect(written().match(/Queue position: #2/g)).toHaveLength(1);
    stream.onPosition(1);
    clock.advance(1500);
    expect(written().match(/Queue position: #1/g)).toHaveLength(1);
  });

  it('counts the estimate down and never below what is honest', () => {
    const { clock, written } = rig(chat(), 20_000);
    clock.advance(1);
    expect(written()).toContain('ready in about 20 s');
    clock.advance(6001);
    expect(written()).toContain('ready in about 14 s');
    clock.advance(24_000);
    expect(written()).toContain('it usually takes 20 s');
  });

  it('claims to be done only when it is', () => {
    const { clock, stream, written } = rig();
    clock.advance(1);
    stream.fail(new DroverError('MODEL_START_FAILED', 'no luck'));
    const text = written();
    expect(text).not.toContain('Done!');
    expect(text).toMatch(
      /data: \{"src":"llama-swap","error":\{.*no luck.*\}\}\n\ndata: \[DONE\]\n\n$/,
    );
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends every silence of the model after the load, before its first byte and later', () => {
    const { clock, stream, written } = rig();
    clock.advance(1);
    stream.ready();
    expect(written()).toContain('Done! (0.00s)');
    clock.advance(45_000);
    expect(written()).toBe(': waiting\n\n'.repeat(3));
    clock.advance(14_000);
    stream.onChunk(Buffer.from('data: {"a":1}\n\n'));
    clock.advance(14_999);
    expect(written()).toBe('');
    clock.advance(1);
    expect(written()).toBe(': waiting\n\n');
    clock.advance(45_000);
    expect(written()).toBe(': waiting\n\n'.repeat(3));
    stream.onClosed();
    expect(clock.pendingTimers).toBe(0);
  });

  it('writes nothing into an event that has begun', () => {
    const { clock, stream, written } = rig();
    clock.advance(1);
    stream.ready();
    written();
    stream.onChunk(Buffer.from('data: {"a'));
    clock.advance(60_000);
    expect(written()).toBe('');
    stream.onChunk(Buffer.from('":1}\n'));
    clock.advance(60_000);
    expect(written()).toBe('');
    stream.onChunk(Buffer.from('\n'));
    clock.advance(15_000);
    expect(written()).toBe(': waiting\n\n');
  });

  it('goes on while an answer is collected that does not fit in', () => {
    const { clock, stream, written } = rig();
    clock.advance(1);
    stream.ready();
    written();
    stream.accepts(500, ['content-type', 'application/json']);
    stream.onChunk(Buffer.from('{"error'));
    clock.advance(15_000);
    expect(written()).toBe(': waiting\n\n');
  });

  it('writes nothing to a client that does not read', () => {
    const { clock, response, written } = rig();
    clock.advance(1);
    written();
    response.writableNeedDrain = true;
    clock.advance(60_000);
    expect(written()).toBe('');
  });

  it.each([
    [200, ['Content-Type', 'text/event-stream; charset=utf-8'], true],
    [200, ['content-type', 'text/event-stream', 'content-encoding', 'gzip'], false],
    [200, ['content-type', 'application/json'], false],
    [500, ['content-type', 'text/event-stream'], false],
  ])('takes an answer of %i with %j into the stream: %s', (status, headers, expected) => {
    expect(rig().stream.accepts(status, headers)).toBe(expected);
  });

  it.each([
    ['{"error":{"message":"own"}}', 'own'],
    ['{"error":"own text"}', 'own text'],
    ['<html>', 'status 500 and no event stream'],
  ])('puts %s into an error event', (body, message) => {
    const events = rig().stream.replacement(500, Buffer.from(body));
    const { error } = JSON.parse(events.split('\n')[0]!.slice(6)) as { error: { message: string } };
    expect(error.message).toContain(message);
  });

  it.each([
    ['messages', new MessagesDialect(), /^event: ping\ndata: \{"type":"ping",/m],
    ['responses', new ResponsesDialect(), /^: queue position 4, 5 s of about 30 s$/m],
  ])('is never silent for more than 15 s with %s', (_name, dialect, expected) => {
    const { clock, stream, written } = rig(dialect, 30_000);
    stream.onPosition(4);
    clock.advance(1);
    for (let part = 0; part < 4; part += 1) {
      written();
      clock.advance(15_000);
      expect(written()).not.toBe('');
    }
    const again = rig(dialect, 30_000);
    again.stream.onPosition(4);
    again.clock.advance(5001);
    expect(again.written()).toMatch(expected);
  });
});
