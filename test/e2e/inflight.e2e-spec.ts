import { once } from 'node:events';
import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { Lease } from '#lib/router';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { EventReader } from '../support/event-reader.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

let drover: HttpHarness;
let upstream: Server;
/** Requests that have arrived at the upstream. */
let arrived: { request: IncomingMessage; response: ServerResponse }[];

beforeEach(async () => {
  arrived = [];
  const started = await startUpstream((request, response) => {
    arrived.push({ request, response });
    upstream.emit('arrived');
  });
  upstream = started.server;
  const profiles = new Map([['p', { description: '', pins: new Map([['pin', 'm']]) }]]);
  drover = await startHttp(fakeConfig([fakeModel('m', { proxy: started.url })], { profiles }));
});

afterEach(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await drover.app.close();
});

function ask(model = 'm'): Promise<Response> {
  const body = JSON.stringify({ model });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer secret' };
  return fetch(`${drover.url}/v1/completions`, { method: 'POST', body, headers });
}

function cancel(id: string): Promise<Response> {
  return fetch(`${drover.url}/api/inflight/${id}/cancel`, { method: 'POST' });
}

const upserts = (stage: string) => (message: { data: unknown }) =>
  JSON.stringify(message.data).includes(`"stage":"${stage}"`);

describe('requests in flight', () => {
  it('are told from their begin to their end', async () => {
    await using events = await EventReader.open(drover.url, '?topics=inflight');
    const reached = once(upstream, 'arrived');
    const answer = ask();
    await reached;
    await events.find(upserts('running'));
    arrived[0]!.response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'a=b' });
    arrived[0]!.response.end('done');
    await (await answer).text();
    await events.find(({ data }) => JSON.stringify(data).includes('"remove"'));
    const changes = events.seen.map(({ data }) => data);
    expect(changes).toEqual([
      { operation: 'snapshot' },
      {
        operation: 'upsert',
        request: expect.objectContaining({
          id: '1',
          model: 'm',
          method: 'POST',
          req_path: '/v1/completions',
          remote_ip: '127.0.0.1',
          resp_headers: {},
          resp_bytes: 0,
        }),
      },
      expect.objectContaining({
        operation: 'upsert',
        request: expect.objectContaining({
          resp_headers: expect.objectContaining({
            'Content-Type': 'text/plain',
            'Set-Cookie': '[REDACTED]',
          }),
        }),
      }),
      { operation: 'remove', id: '1' },
    ]);
    expect(events.raw).not.toContain('secret');
  });

  it('are shown to a client that comes later', async () => {
    const reached = once(upstream, 'arrived');
    const answer = ask();
    await reached;
    await using events = await EventReader.open(drover.url, '?topics=inflight');
    await events.find(() => true);
    expect(events.seen[0]!.data).toMatchObject({
      operation: 'snapshot',
      requests: [{ id: '1', stage: 'running' }],
    });
    arrived[0]!.response.end();
    await (await answer).text();
  });

  it('are not found under an unknown id', async () => {
    expect((await cancel('1')).status).toBe(404);
  });

  it('are answered with an envelope when they are cancelled before the answer', async () => {
    const reached = once(upstream, 'arrived');
    const answer = ask();
    await reached;
    const gone = once(arrived[0]!.request.socket, 'close');
    expect(await (await cancel('1')).json()).toEqual({ msg: 'ok' });
    await gone;
    const cancelled = await answer;
    expect(cancelled.status).toBe(499);
    expect(await cancelled.json()).toMatchObject({ error: { code: 'cancelled' } });
    expect(drover.router.leases).toBe(0);
  });

  it('leave the queue when they are cancelled there', async () => {
    const waiting = Promise.withResolvers<Lease>();
    drover.router.onAcquire = (request) => {
      request.onPosition?.(2);
      request.signal.addEventListener('abort', () =>
        waiting.reject(new DroverError('CANCELLED', 'the request was cancelled')),
      );
      return waiting.promise;
    };
    await using events = await EventReader.open(drover.url, '?topics=inflight');
    const answer = ask();
    await events.find(upserts('queued'));
    await cancel('1');
    expect((await answer).status).toBe(499);
  });

  it('break off visibly when they are cancelled in the middle of an answer', async () => {
    const reached = once(upstream, 'arrived');
    const answer = ask();
    await reached;
    arrived[0]!.response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 10 });
    arrived[0]!.response.write('half');
    const response = await answer;
    await cancel('1');
    await expect(response.text()).rejects.toThrow('terminated');
    expect(drover.router.leases).toBe(0);
  });
});

describe('a pin of the active profile', () => {
  it('stands for its target, and is seen as the target by the upstream', async () => {
    const body = JSON.stringify({ name: 'p' });
    await fetch(`${drover.url}/api/profiles/active`, { method: 'PUT', body });
    const reached = once(upstream, 'arrived');
    const answer = ask('pin');
    await reached;
    const received = JSON.parse(String(await arrived[0]!.request.toArray())) as object;
    expect(received).toEqual({ model: 'm' });
    arrived[0]!.response.end();
    expect((await answer).status).toBe(200);
  });
});
