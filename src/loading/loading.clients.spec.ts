import { EventEmitter } from 'node:events';
import { ServerResponse } from 'node:http';
import { Stream as AnthropicStream } from '@anthropic-ai/sdk/core/streaming.js';
import { Stream as OpenAiStream } from 'openai/core/streaming.js';
import { describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import {
  ChatDialect,
  LoadingDialect,
  MessagesDialect,
  ResponsesDialect,
} from './loading.dialect.js';
import { LoadingStream } from './loading.stream.js';

/** Collects what a client would receive. */
class Sink extends EventEmitter {
  readonly req = { httpVersionMajor: 1 };
  text = '';
  headersSent = false;
  writableEnded = false;
  readonly destroyed = false;
  readonly writableNeedDrain = false;

  writeHead(): void {
    this.headersSent = true;
  }

  flushHeaders(): void {}

  write(text: string): void {
    this.text += text;
  }

  end(text: string): void {
    this.text += text;
    this.writableEnded = true;
  }
}

/** What a client receives through a long load, and a model that pauses for long after each piece. */
function stream(
  dialect: LoadingDialect,
  pieces: readonly string[],
  failure?: DroverError,
): Response {
  const clock = new VirtualClock();
  const sink = new Sink();
  const response = sink as unknown as ServerResponse;
  const wait = { response, model: 'm', sinceMs: 0, expectedMs: 30_000 };
  const loading = new LoadingStream(wait, dialect, clock);
  loading.onPosition(2);
  loading.beginSoon();
  clock.advance(40_000);
  if (failure) loading.fail(failure);
  else {
    loading.ready();
    clock.advance(40_000);
    loading.accepts(200, ['content-type', 'text/event-stream']);
    for (const piece of pieces) {
      sink.write(piece);
      loading.onChunk(Buffer.from(piece));
      clock.advance(40_000);
    }
    loading.onClosed();
  }
  const headers = { 'content-type': 'text/event-stream' };
  return new Response(sink.text, { headers });
}

/** Cuts a text into pieces, some inside events and some between them. */
function cut(text: string): string[] {
  return text.match(/[^]{1,17}/g) ?? [];
}

async function read(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const openai = (response: Response) =>
  OpenAiStream.fromSSEResponse<Record<string, unknown>>(response, new AbortController());
const anthropic = (response: Response) =>
  AnthropicStream.fromSSEResponse<Record<string, unknown>>(response, new AbortController());

const failure = new DroverError('MODEL_START_FAILED', 'it would not start');

describe('clients of the loading stream', () => {
  it('read chat completions through all comments', async () => {
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
    const choice = { index: 0, delta: { content: 'hi\n\nthere' }, finish_reason: null };
    const text = `data: ${JSON.stringify({ ...chunk, choices: [choice] })}\n\ndata: [DONE]\n\n`;
    const answer = stream(new ChatDialect('m', 'id', 1), cut(text));
    const events = (await read(openai(answer))) as { choices: { delta: object }[] }[];
    expect(events.every((event) => event.choices.length === 1)).toBe(true);
    expect(events.at(-1)!.choices[0]!.delta).toEqual({ content: 'hi\n\nthere' });
  });

  it('read messages through all pings and comments', async () => {
    const text =
      'event: message_start\ndata: {"type":"message_start"}\n\n' +
      'event: message_stop\ndata: {"type":"message_stop"}\n\n';
    const events = await read(anthropic(stream(new MessagesDialect(), cut(text))));
    expect(events).toEqual([{ type: 'message_start' }, { type: 'message_stop' }]);
  });

  it('read responses, whose first event is that of the model', async () => {
    const text =
      'event: response.created\r\ndata: {"type":"response.created"}\r\n\r\n' +
      'event: response.completed\r\ndata: {"type":"response.completed"}\r\n\r\n';
    const events = await read(openai(stream(new ResponsesDialect(), cut(text))));
    expect(events).toEqual([{ type: 'response.created' }, { type: 'response.completed' }]);
  });

  it.each([
    ['chat completions', new ChatDialect('m', 'id', 1), openai],
    ['messages', new MessagesDialect(), anthropic],
    ['responses', new ResponsesDialect(), openai],
  ])('fail with %s that fail', async (_name, dialect, client) => {
    await expect(read(client(stream(dialect, [], failure)))).rejects.toThrow('it would not start');
  });

  it('are never left without a byte for longer than 15 s', () => {
    const clock = new VirtualClock();
    const sink = new Sink();
    const wait = { response: sink as unknown as ServerResponse, model: 'm', sinceMs: 0 };
    const loading = new LoadingStream({ ...wait, expectedMs: null }, new ResponsesDialect(), clock);
    loading.beginSoon();
    clock.advance(1);
    loading.ready();
    for (let round = 0; round < 20; round += 1) {
      const before = sink.text.length;
      clock.advance(15_000);
      expect(sink.text.length).toBeGreaterThan(before);
      clock.advance(1000 * (round % 14));
      loading.onChunk(Buffer.from('data: {}\n\n'));
    }
    loading.onClosed();
    expect(clock.pendingTimers).toBe(0);
  });
});
