import { once } from 'node:events';
import { Agent, IncomingMessage, request as httpRequest, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const CHAT = '/v1/chat/completions';

describe('forwarding', () => {
  let drover: HttpHarness;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  let handler: Handler;
  const connections = new Set<object>();

  beforeEach(async () => {
    handler = (_request, response) => response.end('unset');
    upstream = await startUpstream((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => handler(request, response, Buffer.concat(chunks)));
    });
    connections.clear();
    upstream.server.on('connection', (socket) => connections.add(socket));
    const models = [
      fakeModel('m', { proxy: upstream.url, aliases: ['alias'] }),
      fakeModel('renamed', { proxy: `${upstream.url}/base?k=v`, useModelName: 'inner' }),
    ];
    drover = await startHttp(fakeConfig(models));
  });

  afterEach(async () => {
    await drover.app.close();
    upstream.server.closeAllConnections();
    upstream.server.close();
    if (drover.router.leases !== 0) throw new Error('a lease was not released');
  });

  function post(path: string, body: string, headers: Record<string, string> = {}) {
    return fetch(drover.url + path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  it('passes method, path, query, headers and the body byte by byte', async () => {
    let seen: Record<string, unknown> = {};
    handler = (request, response, body) => {
      const { method, url, headers } = request;
      seen = { method, url, body: body.toString(), headers };
      response.writeHead(201, { 'X-Up': 'é', 'Set-Cookie': ['a=1', 'b=2'] }).end('done');
    };
    const body = '{ "model" : "alias",  "x": 1.50 }';
    const answer = await post(`${CHAT}?a=%2F&b`, body, { 'x-own': '1', cookie: 'c=d' });
    expect([answer.status, await answer.text()]).toEqual([201, 'done']);
    expect(answer.headers.get('x-up')).toBe('é');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(seen).toMatchObject({ method: 'POST', url: `${CHAT}?a=%2F&b`, body });
    expect(seen['headers']).toMatchObject({
      host: new URL(drover.url).host,
      'x-own': '1',
      cookie: 'c=d',
      'x-forwarded-for': '127.0.0.1',
      'content-length': String(body.length),
    });
  });

  it('renames the model and joins base path and query', async () => {
    handler = (request, response, body) => response.end(`${request.url} ${body.toString()}`);
    const answer = await post(`${CHAT}?a=1`, '{"model":"renamed","n":1}');
    expect(await answer.text()).toBe(`/base${CHAT}?k=v&a=1 {"model":"inner","n":1}`);
  });

  it('drops the prefixes of versionless and audio routes', async () => {
    handler = (request, response) => response.end(request.url);
    expect(await (await post('/v/rerank', '{"model":"m"}')).text()).toBe('/rerank');
    const audio = await post('/audioapi/v1/tasks/run', '{"model":"m"}');
    expect(await audio.text()).toBe('/v1/tasks/run');
    drover.router.states.set('m', 'ready');
    expect(await (await fetch(`${drover.url}/props?model=m&x=1`)).text()).toBe(
      '/props?model=m&x=1',
    );
  });

  it('sends each event on as soon as it comes, marked not to be buffered', async () => {
    const streams: ServerResponse[] = [];
    handler = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      streams.push(response);
    };
    const answer = await post(CHAT, '{"model":"m","stream":true}');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    const reader = answer.body!.getReader();
    for (const text of ['data: 1\n\n', 'data: 2\n\n']) {
      streams[0]?.write(text);
      expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe(text);
    }
    await reader.cancel();
  });

  it('ends the request to the upstream at once when the client leaves', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    handler = (_request, response) => arrived.resolve(response);
    const leaving = new AbortController();
    const answer = fetch(drover.url + CHAT, {
      method: 'POST',
      body: '{"model":"m"}',
      headers: { 'content-type': 'application/json' },
      signal: leaving.signal,
    });
    const response = await arrived.promise;
    const closed = once(response, 'close');
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    await closed;
    expect(response.writableFinished).toBe(false);
  });

  it('reads no more from the upstream than a slow client takes', async () => {
    const total = 64 * 1024 * 1024;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let produced = 0;
    const stalled = Promise.withResolvers<void>();
    handler = (_request, response) => {
      const produce = (): void => {
        while (produced < total) {
          produced += chunk.length;
          if (!response.write(chunk)) {
            stalled.resolve();
            return void response.once('drain', produce);
          }
        }
        response.end();
      };
      produce();
    };
    const socket = connect(Number(new URL(drover.url).port), '127.0.0.1');
    socket.write(`POST ${CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`);
    socket.write('Content-Length: 13\r\n\r\n{"model":"m"}');
    await once(socket, 'readable');
    await stalled.promise;
    // The kernel's buffers of three sockets are all that may hold data nobody has read.
    const settled = await settle(() => produced);
    expect(settled).toBeLessThan(32 * 1024 * 1024);
    let received = 0;
    for await (const data of socket) {
      received += (data as Buffer).length;
      if (received > total) break;
    }
    expect(produced).toBe(total);
    socket.destroy();
  });

  it.each([CHAT, `/upstream/m${CHAT}`])('passes trailers and early hints: %s', async (path) => {
    handler = (_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('body');
      response.addTrailers({ 'X-Sum': '42' });
      response.end();
    };
    const outgoing = httpRequest(drover.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const hints = once(outgoing, 'information');
    const answered = once(outgoing, 'response');
    outgoing.end('{"model":"m"}');
    expect((await hints)[0]).toMatchObject({ statusCode: 103 });
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    expect(answer.trailers).toEqual({ 'x-sum': '42' });
  });

  it('answers 502 with the envelope when the upstream hangs up before its answer', async () => {
    handler = (_request, response) => void response.destroy();
    const answer = await post(CHAT, '{"model":"m"}');
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({
      src: 'llama-swap',
      error: { code: 'upstream_unreachable', param: null },
    });
  });

  it('cuts the connection when the upstream dies in the middle of a body', async () => {
    handler = (_request, response) => {
      response.write('half', () => response.destroy());
    };
    const answer = await post(CHAT, '{"model":"m"}');
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('ends a broken event stream by an error event', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: {"half', () => response.destroy());
    };
    const text = await (await post(CHAT, '{"model":"m"}')).text();
    expect(text).toMatch(/^data: \{"half\n\nevent: error\ndata: \{"src":"llama-swap".*\}\n\n$/);
  });

  it('repeats a request once when a reused connection turns out to be closed', async () => {
    let count = 0;
    handler = (_request, response) => {
      count += 1;
      if (count === 2) response.destroy();
      else response.end(`answer ${count}`);
    };
    expect(await (await post(CHAT, '{"model":"m"}')).text()).toBe('answer 1');
    expect(await (await post(CHAT, '{"model":"m"}')).text()).toBe('answer 3');
    expect(connections.size).toBe(2);
  });

  it('answers HEAD and GET without giving them bodies', async () => {
    handler = (request, response, body) => {
      response.setHeader('x-seen', `${request.method} ${body.length}`);
      response.end('voices');
    };
    const head = await fetch(`${drover.url}/v1/audio/voices?model=m`, { method: 'HEAD' });
    expect([head.status, head.headers.get('x-seen'), await head.text()]).toEqual([
      200,
      'HEAD 0',
      '',
    ]);
  });

  it('keeps connections to the upstream and to the client alive', async () => {
    handler = (_request, response) => response.end('ok');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 3; count += 1) {
      const outgoing = httpRequest(drover.url + CHAT, {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      outgoing.end('{"model":"m"}');
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      answer.resume();
      await once(answer, 'end');
      expect(outgoing.reusedSocket).toBe(count > 0);
    }
    agent.destroy();
    expect(connections.size).toBe(1);
  });
});

/** Waits until a number has stayed the same over many turns of the event loop. */
async function settle(read: () => number): Promise<number> {
  let last = read();
  for (let same = 0; same < 200; same += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (read() !== last) [last, same] = [read(), 0];
  }
  return last;
}
