import { once } from 'node:events';
import { RequestListener, Server } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

let drover: HttpHarness;
let upstream: Server;
let answer: RequestListener;
let client: Anthropic;

beforeEach(async () => {
  const started = await startUpstream((request, response) => answer(request, response));
  upstream = started.server;
  const config = { apiKeys: ['key'] };
  drover = await startHttp(fakeConfig([fakeModel('m', { proxy: started.url })], config));
  client = new Anthropic({ baseURL: drover.url, apiKey: 'key', maxRetries: 0 });
});

afterEach(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await drover.app.close();
});

const messages = [{ role: 'user' as const, content: 'hello' }];
const ask = { model: 'm', messages, max_tokens: 9 };
const usage = { input_tokens: 1, output_tokens: 2 };
const message = { id: 'x', type: 'message', role: 'assistant', model: 'm', usage };

function sendJson(value: object): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

const line = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const START = line('message_start', { message: { ...message, content: [] } });

describe('the Anthropic client', () => {
  it('gets a message', async () => {
    answer = sendJson({ ...message, content: [{ type: 'text', text: 'hi' }] });
    const { content } = await client.messages.create(ask);
    expect(content).toEqual([{ type: 'text', text: 'hi' }]);
  });

  it('counts tokens', async () => {
    answer = sendJson({ input_tokens: 7 });
    const count = await client.messages.countTokens({ model: 'm', messages });
    expect(count.input_tokens).toBe(7);
  });

  it('hands tools on and gets a use of one back', async () => {
    const use = { type: 'tool_use', id: 't', name: 'clock', input: { zone: 'UTC' } };
    let received: unknown;
    answer = (request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        received = JSON.parse(Buffer.concat(chunks).toString());
        return sendJson({ ...message, stop_reason: 'tool_use', content: [use] })(request, response);
      });
    };
    const tools = [{ name: 'clock', input_schema: { type: 'object' as const } }];
    const { content } = await client.messages.create({ ...ask, tools });
    expect(received).toEqual({ ...ask, tools });
    expect(content).toEqual([use]);
  });

  it('reads a stream', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(START);
      const text = { type: 'text_delta', text: 'hi' };
      const block = { type: 'text', text: '' };
      response.write(line('content_block_start', { index: 0, content_block: block }));
      response.write(line('content_block_delta', { index: 0, delta: text }));
      response.write(line('content_block_stop', { index: 0 }));
      response.write(line('message_delta', { delta: {}, usage }));
      response.end(line('message_stop'));
    };
    expect(await client.messages.stream(ask).finalText()).toBe('hi');
  });

  it('ends the upstream request when it aborts', async () => {
    const gone = Promise.withResolvers<void>();
    answer = (request, response) => {
      request.socket.once('close', () => gone.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(START);
    };
    const stream = client.messages.stream(ask);
    const ended = once(stream.controller.signal, 'abort');
    const failure = stream.finalText().catch(String);
    await stream.withResponse();
    stream.abort();
    await Promise.all([ended, gone.promise]);
    expect(await failure).toContain('aborted');
    expect(drover.router.leases).toBe(0);
  });

  it.each([
    ['an unknown model', { model: 'ghost' }, 'key', 404, 'ghost'],
    ['a wrong key', {}, 'wrong', 401, 'unauthorized'],
  ])('reads the error for %s', async (_name, more, apiKey, status, text) => {
    const other = new Anthropic({ baseURL: drover.url, apiKey, maxRetries: 0 });
    const failure = await other.messages
      .create({ ...ask, ...more })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status, error: { type: 'error' } });
    expect(String(failure)).toContain(text);
  });
});
