import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AcquireRequest, Lease } from '#lib/router';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { DroverFolder } from '../support/drover-folder.js';
import { freePort } from '../support/free-port.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';
import { Script, ScriptedServer } from '../support/scripted-server.js';

const BODY = '{"model":"m","stream":true}';
const HELLO = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';

const hello: Script = ({ socket }) => void socket.write(HELLO);

describe('a request for a model whose server has died unnoticed', () => {
  let drover: HttpHarness;
  let server: ScriptedServer;
  let deadUrl: string;
  let acquired: number;

  beforeEach(async () => {
    server = await ScriptedServer.start(hello);
    deadUrl = `http://127.0.0.1:${await freePort()}`;
    acquired = 0;
  });

  afterEach(async () => {
    await drover.app.close();
    await server[Symbol.asyncDispose]();
  });

  /** The first lease goes to a dead server, of which `then` makes what follows. */
  async function start(then: (request: AcquireRequest) => Lease | Promise<Lease>, more = {}) {
    drover = await startHttp(fakeConfig([fakeModel('m', { proxy: server.url, ...more })]));
    drover.router.states.set('m', 'ready');
    drover.router.onAcquire = (request) => {
      acquired += 1;
      return acquired === 1 ? drover.router.lease('m', deadUrl) : then(request);
    };
  }

  const ask = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${drover.url}/v1/chat/completions`, {
      method: 'POST',
      body: BODY,
      headers: { 'content-type': 'application/json' },
      signal,
    });

  it('waits for the model again as soon as that is noticed', async () => {
    await start(() => drover.router.lease('m'));
    const answer = ask();
    await expect.poll(() => acquired).toBe(1);
    await expect.poll(() => drover.router.leases).toBe(0);
    drover.router.change('m', 'stopped');
    expect(await (await answer).text()).toBe('hello');
    expect([acquired, server.seen, drover.router.leases]).toEqual([2, 1, 0]);
  });

  it('is told when the server is lost a second time', async () => {
    await start(() => drover.router.lease('m', deadUrl));
    drover.router.states.set('m', 'stopped');
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('refused the connection (ECONNREFUSED)');
    expect([acquired, drover.router.leases]).toEqual([2, 0]);
  });

  it('does not wait long for a server that refuses connections and lives', async () => {
    await start(() => drover.router.lease('m'));
    expect((await ask()).status).toBe(200);
    expect(acquired).toBe(2);
  });

  it('is not sent again when a server may have seen it', async () => {
    const dying = await ScriptedServer.start(({ socket }) => socket.destroy());
    deadUrl = dying.url;
    await start(() => drover.router.lease('m'));
    expect((await ask()).status).toBe(502);
    expect([acquired, dying.seen, server.seen]).toEqual([1, 1, 0]);
    await dying[Symbol.asyncDispose]();
  });

  it('is not sent again when a server may have read it from a connection it kept', async () => {
    await start(() => drover.router.lease('m'));
    let isOpen = true;
    const keeping = await ScriptedServer.start(({ socket, inTotal }) => {
      if (inTotal === 1) socket.write(HELLO.replace('Connection: close\r\n', ''));
      else void keeping[Symbol.asyncDispose]().then(() => (isOpen = false));
    });
    deadUrl = keeping.url;
    drover.router.onAcquire = () => {
      acquired += 1;
      return drover.router.lease('m', deadUrl);
    };
    expect(await (await ask()).text()).toBe('hello');
    const answer = await ask();
    expect([answer.status, isOpen, acquired, keeping.seen]).toEqual([502, false, 2, 2]);
    expect(await answer.text()).toContain('before it answered');
  });

  it('is forgotten when its client leaves meanwhile', async () => {
    await start(({ signal }) => {
      throw new Error(`acquired for a client that has ${signal.aborted ? 'left' : 'stayed'}`);
    });
    const leaving = new AbortController();
    const waited = vi.spyOn(drover.router, 'onState').mockImplementation(() => {
      leaving.abort();
      return () => undefined;
    });
    const answer = ask(leaving.signal);
    await expect(answer).rejects.toThrow('aborted');
    await expect.poll(() => acquired).toBe(2);
    expect(waited).toHaveBeenCalledOnce();
    expect([server.seen, drover.router.leases]).toEqual([0, 0]);
  });

  it('goes on in the stream that has told of the first wait', async () => {
    await server[Symbol.asyncDispose]();
    server = await ScriptedServer.start(({ socket }) => {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n',
      );
      socket.end('data: 1\n\n');
    });
    await start(() => drover.router.lease('m'), { sendLoadingState: true });
    drover.router.states.set('m', 'stopped');
    const granted = Promise.withResolvers<Lease>();
    drover.router.onAcquire = () => {
      acquired += 1;
      return acquired === 1 ? granted.promise : drover.router.lease('m');
    };
    const answer = await ask();
    granted.resolve(drover.router.lease('m', deadUrl));
    const text = await answer.text();
    expect(text.match(/loading model/g)).toHaveLength(1);
    expect(text).toMatch(/data: 1\n\n$/);
    expect(acquired).toBe(2);
  });
});

it('no request is lost whose connection a crashed server refused', async () => {
  await using folder = new DroverFolder();
  folder.configure('models:', folder.model('frail', '--tokens 1'));
  const base = await folder.start().listening();
  const outcomes: string[] = [];
  const ask = async (): Promise<void> => {
    const answer = await fetch(new URL('/v1/chat/completions', base), {
      method: 'POST',
      body: '{"model":"frail"}',
      headers: { 'content-type': 'application/json' },
    });
    const text = await answer.text();
    outcomes.push(answer.status === 200 ? 'ok' : `${answer.status} ${text}`);
  };
  await ask();
  const over = new AbortController();
  const client = async (): Promise<void> => {
    while (!over.signal.aborted) await ask();
  };
  const clients = Promise.all(Array.from({ length: 16 }, client));
  for (let crash = 0; crash < 3; crash += 1) {
    const before = outcomes.length;
    await expect.poll(() => outcomes.length, { timeout: 60_000 }).toBeGreaterThan(before + 40);
    const pid = folder.pidOf('frail');
    process.kill(pid, 'SIGKILL');
    const isBack = (): boolean =>
      folder.living().includes('frail') && folder.pidOf('frail') !== pid;
    await expect.poll(isBack, { timeout: 60_000 }).toBe(true);
  }
  const before = outcomes.length;
  await expect.poll(() => outcomes.length, { timeout: 60_000 }).toBeGreaterThan(before + 40);
  over.abort();
  await clients;
  const failed = outcomes.filter((outcome) => outcome !== 'ok');
  expect(failed.filter((outcome) => outcome.includes('ECONNREFUSED'))).toEqual([]);
  // Others may have been in flight when the server was killed: at most as many as there are clients.
  expect(failed.length).toBeLessThanOrEqual(3 * 16);
});
