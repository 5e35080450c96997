import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type RealModel, loadRealModel } from './real-model.ts';

interface ChatRequest {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly max_tokens?: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

const DEFAULT_MAX_TOKENS = 32;

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    name: { type: 'string', default: 'real' },
    port: { type: 'string', default: '0' },
  },
});
if (values.model === undefined) throw new Error('--model FILE is required');

let model: RealModel | null = null;
let completions = 0;

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    if (response.headersSent) response.destroy();
    else
      json(response, 500, { error: { code: 500, message: String(error), type: 'server_error' } });
  });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`${values.name}: listening on port ${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => process.exit(0));
model = await loadRealModel(values.model);
console.log(`${values.name}: loaded ${values.model}`);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (model === null) {
    const error = { code: 503, message: 'Loading model', type: 'unavailable_error' };
    return json(response, 503, { error });
  }
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /health') return json(response, 200, { status: 'ok' });
  if (route !== 'POST /v1/chat/completions') {
    return json(response, 404, { error: { code: 404, message: 'not found', type: 'not_found' } });
  }
  const body = JSON.parse(await textOf(request)) as ChatRequest;
  await chat(model, body, response);
}

async function chat(loaded: RealModel, body: ChatRequest, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  completions += 1;
  const head = { id: `chatcmpl-${completions}`, model: values.name };
  const prompt = body.messages.map(({ role, content }) => `${role}: ${content}\n`).join('');
  const chunk = (choices: object[], rest: object = {}): void => {
    const event = { ...head, object: 'chat.completion.chunk', choices, ...rest };
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  if (body.stream) response.writeHead(200, { 'content-type': 'text/event-stream' });
  const said: string[] = [];
  const { promptTokens, finishReason, timings } = await loaded.generate({
    prompt,
    maxTokens: body.max_tokens ?? DEFAULT_MAX_TOKENS,
    signal: gone.signal,
    onPiece: (piece) => {
      said.push(piece);
      if (body.stream) chunk([{ index: 0, delta: { content: piece }, finish_reason: null }]);
    },
  });
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: said.length,
    total_tokens: promptTokens + said.length,
  };
  if (!body.stream) {
    const message = { role: 'assistant', content: said.join('') };
    const choices = [{ index: 0, message, finish_reason: finishReason }];
    return json(response, 200, { ...head, object: 'chat.completion', choices, usage, timings });
  }
  chunk([{ index: 0, delta: {}, finish_reason: finishReason }], { timings });
  if (body.stream_options?.include_usage) chunk([], { usage });
  response.end('data: [DONE]\n\n');
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
