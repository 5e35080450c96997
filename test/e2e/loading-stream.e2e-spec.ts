import { RequestListener, Server } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { Lease } from '#lib/router';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

let drover: HttpHarness;
let upstream: Server;
let answer: RequestListener;
/** The model that requests wait for. */
let waiting: PromiseWithResolvers<Lease>;

beforeEach(async () => {
  waiting = Promise.withResolvers();
  const started = await startUpstream((request, response) => answer(request, response));
  upstream = started.server;
  const model = fakeModel('m', { proxy: started.url, sendLoadingState: true });
  drover = await startHttp(fakeConfig([model]));
  drover.router.loadsMs.set('m', 40_000);
  drover.router.onAcquire = (request) => {
    request.onPosition?.(3);
    return waiting.promise;
  };
});

afterEach(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await drover.app.close();
});

const openai = (): OpenAI =>
  new OpenAI({ baseURL: `${drover.url}/v1`, apiKey: 'none', maxRetries: 0 });
const anthropic = (): Anthropic =>
  new Anthropic({ baseURL: drover.url, apiKey: 'none', maxRetries: 0 });

/** Sends events as a model does. */
function sendEvents(events: readonly object[], named: boolean): RequestListener {
  return (request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) {
      const name = named ? `event: ${(event as { type: string }).type}\n` : '';
      response.write(`${name}data: ${JSON.stringify(event)}\n\n`);
    }
    response.end(named ? undefined : 'data: [DONE]\n\n');
  };
}

const messages = [{ role: 'user' as const, content: 'hello' }];
const load = (): void => waiting.resolve(drover.router.lease('m'));
const ask = () => openai().responses.create({ model: 'm', input: 'hello', stream: true });
const failure = (): DroverError => new DroverError('MODEL_START_FAILED', 'it would not start');

describe('the loading stream of chat completions', () => {
  const chunk = {
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  };

  it('tells place, estimate and time as reasoning, then goes on with the answer', async () => {
    answer = sendEvents([chunk], false);
    const stream = await openai().chat.completions.create({ model: 'm', messages, stream: true });
    let reasoning = '';
    let content = '';
    for await (const event of stream) {
      const { delta } = event.choices[0]!;
      reasoning += (delta as { reasoning_content?: string }).reasoning_content ?? '';
      content += delta.content ?? '';
      if (reasoning.includes('Queue position')) load();
    }
    expect(content).toBe('hi');
    expect(reasoning).toMatch(/^━━━━━\nllama-swap loading model: m\n/);
    expect(reasoning).toContain('\nready in about 40 s ');
    expect(reasoning).toContain('\nQueue position: #3 ');
    expect(reasoning).toMatch(/\nDone! \(\d+\.\d\ds\)\n━━━━━\n \n$/);
  });

  it('ends with an error that the client reports when the load fails', async () => {
    const stream = await openai().chat.completions.create({ model: 'm', messages, stream: true });
    waiting.reject(failure());
    const read = async (): Promise<void> => {
      for await (const event of stream) expect(event.object).toBe('chat.completion.chunk');
    };
    await expect(read()).rejects.toThrow('it would not start');
  });

  it("ends with the model's own error when that comes after the load", async () => {
    answer = (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"too long","type":"invalid_request_error"}}');
    };
    const stream = await openai().chat.completions.create({ model: 'm', messages, stream: true });
    load();
    const read = async (): Promise<void> => {
      for await (const event of stream) void event;
    };
    await expect(read()).rejects.toThrow('too long');
    expect(drover.router.leases).toBe(0);
  });

  it.each([
    ['that is not streamed', { stream: false }],
    ['that is refused at once', { stream: true }],
  ])('is not for a request %s', async (_name, { stream }) => {
    const refusal = new DroverError('CONCURRENCY_LIMIT', 'Too many requests');
    drover.router.onAcquire = () => Promise.reject(refusal);
    const asked = openai().chat.completions.create({ model: 'm', messages, stream });
    await expect(asked).rejects.toMatchObject({ status: 429 });
  });

  it('is not for a model that is ready', async () => {
    drover.router.states.set('m', 'ready');
    const body = JSON.stringify({ model: 'm', stream: true });
    const headers = { 'content-type': 'application/json' };
    const url = `${drover.url}/v1/chat/completions`;
    drover.router.onAcquire = () => Promise.reject(failure());
    expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(502);
  });
});

describe('the loading stream of messages', () => {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const events = [
    {
      type: 'message_start',
      message: { id: 'x', type: 'message', role: 'assistant', model: 'm', content: [], usage },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  ];

  it('pings until the answer begins', async () => {
    answer = sendEvents(events, true);
    const stream = anthropic().messages.stream({ model: 'm', messages, max_tokens: 9 });
    await stream.withResponse();
    load();
    expect(await stream.finalText()).toBe('hi');
  });

  it('ends with an error that the client reports', async () => {
    const stream = anthropic().messages.stream({ model: 'm', messages, max_tokens: 9 });
    await stream.withResponse();
    waiting.reject(failure());
    await expect(stream.finalText()).rejects.toThrow('it would not start');
  });
});

describe('the loading stream of responses', () => {
  const response = { id: 'r', object: 'response', model: 'm', output: [], status: 'in_progress' };
  const events = [
    { type: 'response.created', sequence_number: 0, response },
    { type: 'response.completed', sequence_number: 1, response },
  ];

  it('comments until the answer begins, so that its first event is the first', async () => {
    answer = sendEvents(events, true);
    const stream = await ask();
    load();
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect(types).toEqual(['response.created', 'response.completed']);
  });

  it('ends with an error that the client reports', async () => {
    const stream = await ask();
    waiting.reject(failure());
    const read = async (): Promise<void> => {
      for await (const event of stream) void event;
    };
    await expect(read()).rejects.toThrow('it would not start');
  });
});
