import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { DemoOptions, parseDemoOptions } from './demo-options.js';
import { DemoServer } from './demo-server.js';

const FAST = { port: 0, name: 'demo-small', tokensPerSecond: 0, promptTokensPerSecond: 0 };
const chat = { messages: [{ role: 'user', content: 'Hello herd' }] };
const open: DemoServer[] = [];

async function start(changed: Partial<DemoOptions> = {}) {
  const clock = new VirtualClock(1_772_600_767_000);
  const lines: string[] = [];
  const answered: number[] = [];
  const options = { ...parseDemoOptions([])!, ...FAST, ...changed };
  const server = new DemoServer(options, {
    clock,
    log: (line) => void lines.push(line),
    onAnswered: (count) => void answered.push(count),
  });
  open.push(server);
  const base = `http://127.0.0.1:${await server.listen()}`;
  await clock.advanceAsync(0);
  const post = (path: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
    fetch(base + path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal,
    });
  const get = (path: string): Promise<Response> => fetch(base + path);
  return { server, clock, lines, answered, post, get };
}

interface ChatBody {
  readonly choices: readonly [{ readonly message: { readonly content: string } }];
  readonly usage: { readonly completion_tokens: number; readonly total_tokens: number };
  readonly timings: { readonly predicted_n: number };
}

async function jsonOf<Body>(response: Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body;
}

/** The data of a stream's events, parsed where they are JSON. */
async function events(response: Response): Promise<Record<string, unknown>[]> {
  const data = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, text]) => text!);
  return data.filter((text) => text !== '[DONE]').map((text) => JSON.parse(text));
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe('DemoServer', () => {
  it('answers 503 to everything while it loads and 200 afterwards', async () => {
    const { clock, get, post } = await start({ loadTimeMs: 2000, memoryBytes: 100_000 });
    const loading = { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } };
    for (const response of [await get('/health'), await post('/v1/chat/completions', chat)]) {
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual(loading);
    }
    await clock.advanceAsync(2000);
    const ready = await get('/health');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('tells slots and window in the words of a llama-server log', async () => {
    const { lines } = await start({ slots: 4, ctxSize: 8192 });
    expect(lines).toContain(
      "load_model: initializing, n_slots = 4, n_ctx_slot = 2048, kv_unified = 'false'",
    );
  });

  it('answers a chat with usage and timings', async () => {
    const { post } = await start();
    const body = await jsonOf<ChatBody>(post('/v1/chat/completions', chat));
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'demo-small',
      created: 1_772_600_767,
      choices: [{ finish_reason: 'stop', index: 0, message: { role: 'assistant' } }],
      usage: { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 0 } },
      timings: { cache_n: 0, prompt_n: 5 },
    });
    expect(body.choices[0].message.content).toContain('You wrote: "Hello herd"');
    expect(body.timings.predicted_n).toBe(body.usage.completion_tokens);
    expect(body.usage.total_tokens).toBe(5 + body.usage.completion_tokens);
  });

  it('streams the same words, with timings on the last chunk and no usage unasked', async () => {
    const { post } = await start();
    const whole = await jsonOf<ChatBody>(post('/v1/chat/completions', chat));
    const response = await post('/v1/chat/completions', { ...chat, stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const text = await response.clone().text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    const chunks = (await events(response)) as { choices: { delta: { content?: string } }[] }[];
    const said = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(said).toBe(whole.choices[0].message.content);
    expect(chunks[0]).toMatchObject({ choices: [{ delta: { role: 'assistant', content: null } }] });
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      timings: { predicted_n: whole.usage.completion_tokens },
    });
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('adds a chunk with usage and without choices when asked', async () => {
    const { post } = await start();
    const asked = { stream: true, stream_options: { include_usage: true }, max_tokens: 3 };
    const chunks = await events(await post('/v1/chat/completions', { ...chat, ...asked }));
    expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: 'length' }] });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { completion_tokens: 3, prompt_tokens: 5 },
      timings: { predicted_n: 3 },
    });
  });

  it.each([
    [
      '/v1/completions',
      { prompt: 'Once', max_tokens: 2 },
      { choices: [{ finish_reason: 'length' }] },
    ],
    ['/completion', { prompt: 'Once', n_predict: 2 }, { stop_type: 'limit', tokens_predicted: 2 }],
    ['/completion', { prompt: ['a', 'b'] }, [{ index: 0 }, { index: 1 }]],
    ['/infill', { input_prefix: 'f(', input_suffix: ')' }, { stop_type: 'eos', prompt: 'f()' }],
    ['/v1/messages', { ...chat, max_tokens: 2 }, { stop_reason: 'max_tokens', type: 'message' }],
    ['/v1/messages', { ...chat, stop_sequences: ['demo'] }, { stop_sequence: 'demo' }],
    ['/v1/messages/count_tokens', chat, { input_tokens: 5 }],
    ['/v1/responses', { input: 'Hi', instructions: 'Be kind' }, { status: 'completed' }],
    ['/v1/responses', { input: chat.messages, max_output_tokens: 1 }, { status: 'incomplete' }],
    ['/v1/embeddings', { input: ['a', 'b'] }, { data: [{ index: 0 }, { index: 1 }] }],
    ['/v1/embeddings', { input: [[1, 2], [3]] }, { data: [{ index: 0 }, { index: 1 }] }],
    ['/tokenize', { content: 'ab cd', with_pieces: true }, { tokens: [{ piece: 'ab' }, {}] }],
  ])('serves %s', async (path, body, expected) => {
    const { post } = await start();
    const response = await post(path, body);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject(expected);
  });

  it('orders documents by likeness', async () => {
    const { post } = await start();
    const documents = ['the deep blue sea', { text: 'a red fox' }, 'a red car'];
    const body = { query: 'red fox', documents, top_n: 2, return_documents: true };
    const { results } = await jsonOf<{ results: object[] }>(post('/v1/rerank', body));
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({ index: 1, document: { text: 'a red fox' } });
  });

  it('gives embeddings as base64 on demand', async () => {
    const { post } = await start();
    const body = { input: 'sheep', dimensions: 8, encoding_format: 'base64' };
    const { data } = await jsonOf<{ data: [{ embedding: string }] }>(post('/v1/embeddings', body));
    expect(Buffer.from(data[0].embedding, 'base64')).toHaveLength(32);
  });

  it('streams messages in Anthropic order', async () => {
    const { post } = await start();
    const seen = await events(await post('/v1/messages', { ...chat, max_tokens: 1, stream: true }));
    expect(seen.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(seen[4]).toMatchObject({
      delta: { stop_reason: 'max_tokens' },
      usage: { output_tokens: 1 },
    });
  });

  it('streams responses with growing sequence numbers and timings at the end', async () => {
    const { post } = await start();
    const seen = await events(await post('/v1/responses', { input: 'x', stream: true }));
    expect(seen.map((event) => event['sequence_number'])).toEqual(seen.map((_, at) => at));
    expect(seen.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { status: 'completed', usage: { input_tokens: 4 } },
      timings: { prompt_n: 4 },
    });
  });

  it('streams native completions without [DONE]', async () => {
    const { post } = await start();
    const response = await post('/completion', { prompt: 'x', n_predict: 2, stream: true });
    const text = await response.clone().text();
    expect(text).not.toContain('[DONE]');
    const seen = await events(response);
    expect(seen.map(({ stop }) => stop)).toEqual([false, false, true]);
    expect(seen[2]).toMatchObject({ tokens_predicted: 2, timings: { predicted_n: 2 } });
  });

  it.each([
    ['/v1/chat/completions', '{"messages":', 'not valid JSON'],
    ['/v1/chat/completions', '[]', 'must be a JSON object'],
    ['/v1/chat/completions', '{}', '"messages" must be a list'],
    ['/v1/chat/completions', '{"messages":[3]}', 'each message must be an object'],
    ['/v1/completions', '{}', '"prompt" must be a text'],
    ['/completion', '{}', '"prompt" must be a text or'],
    ['/infill', '{}', 'is required'],
    ['/v1/responses', '{"input":5}', '"input" must be'],
    ['/v1/embeddings', '{}', '"input" must be'],
    ['/v1/embeddings', '{"input":[{}]}', '"input" must hold'],
    ['/v1/rerank', '{"query":"x"}', '"documents"'],
    ['/tokenize', '{}', '"content" must be a text'],
  ])('refuses for %s the body %s', async (path, body, message) => {
    const { post } = await start();
    const response = await post(path, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 400, message: expect.stringContaining(message) },
    });
  });

  it.each(['/nowhere', '/v1/chat/completions'])('knows nothing at GET %s', async (path) => {
    const { get } = await start();
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { message: 'File Not Found' } });
  });

  it('refuses a prompt that does not fit into a slot, with the figures', async () => {
    const { post } = await start({ slots: 2, ctxSize: 20 });
    const response = await post('/v1/completions', { prompt: 'word '.repeat(20) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'exceed_context_size_error', n_prompt_tokens: 21, n_ctx: 10 },
    });
  });

  it('describes itself', async () => {
    const { get } = await start({ slots: 4, ctxSize: 4096, embeddingSize: 32 });
    expect(await jsonOf<object>(get('/props'))).toMatchObject({
      total_slots: 4,
      model_alias: 'demo-small',
      default_generation_settings: { n_ctx: 1024 },
      build_info: 'b1-demo',
    });
    const models = await jsonOf<{ data: object[] }>(get('/v1/models'));
    expect(models.data).toMatchObject([{ id: 'demo-small', meta: { n_ctx: 1024, n_embd: 32 } }]);
    const metrics = await get('/metrics');
    expect(metrics.headers.get('process-start-time-unix')).toBe('1772600767');
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await (await get('/')).text()).toContain('demo model server');
  });

  it('shows a busy slot, says when none is free, and frees it when the client leaves', async () => {
    const { clock, get, post, server, lines } = await start({ slots: 1, tokensPerSecond: 1 });
    const client = new AbortController();
    const stream = await startStream();
    expect(await jsonOf<object>(get('/slots'))).toMatchObject([{ is_processing: true }]);
    expect((await get('/slots?fail_on_no_slot=0')).status).toBe(503);
    client.abort();
    await expect(stream.text()).rejects.toThrow('aborted');
    await expect.poll(() => server.engine.pool.busy).toBe(0);
    expect(lines).toContain('request: POST /v1/chat/completions cancelled by client');

    async function startStream(): Promise<Response> {
      const body = { ...chat, stream: true };
      const response = post('/v1/chat/completions', body, client.signal);
      await expect.poll(() => clock.pendingTimers).toBe(1);
      await clock.advanceAsync(1000);
      return response;
    }
  });

  it('counts answered requests', async () => {
    const { answered, post } = await start();
    await (await post('/tokenize', { content: '' })).text();
    await (await post('/tokenize', 'x')).text();
    await expect.poll(() => answered).toEqual([1, 2]);
  });

  it('drops what is running when it is closed', async () => {
    const { clock, post, server } = await start({ tokensPerSecond: 1 });
    const refused = post('/v1/chat/completions', chat).catch((error: Error) => error.message);
    await expect.poll(() => clock.pendingTimers).toBe(1);
    await server.close();
    expect(await refused).toBe('fetch failed');
    expect(clock.pendingTimers).toBe(0);
    open.splice(0);
  });
});
