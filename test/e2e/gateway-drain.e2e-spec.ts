import { once } from 'node:events';
import { Agent, get, IncomingMessage } from 'node:http';
import { ClientHttp2Session, connect } from 'node:http2';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder, until } from '../support/drover-folder.js';

const files = join(import.meta.dirname, '../fixtures/tls');
const tls = ['-tls-cert-file', join(files, 'cert.pem'), '-tls-key-file', join(files, 'key.pem')];
const ca = readFileSync(join(files, 'cert.pem'));

function streamed(base: URL, model: string): Promise<Response> {
  return fetch(new URL('/v1/chat/completions', base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model, stream: true }),
  });
}

async function statusOf(base: URL, path: string): Promise<number> {
  const response = await fetch(new URL(path, base));
  await response.text();
  return response.status;
}

/** A request over HTTP/2; resolves to its status, null when the session takes no more. */
async function ask(session: ClientHttp2Session, path: string): Promise<number | null> {
  if (session.closed || session.destroyed) return null;
  const stream = session.request({ ':path': path });
  const [headers] = (await once(stream, 'response')) as [Record<string, number>];
  stream.resume();
  return headers[':status']!;
}

/** Longer than a test takes: it ends Drover when it has seen what it wants to see. */
const PRE_STOP = 'shutdown: {preStopDelay: 10m}';

describe('drain', () => {
  it('goes on serving while gateways learn of it, and loads nothing more', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('warm'), folder.model('cold'), PRE_STOP);
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'warm')).text();
    expect(await statusOf(base, '/readyz')).toBe(200);
    drover.signal('SIGTERM');
    await drover.match(/SIGTERM: shutting down/);

    const ready = await fetch(new URL('/readyz', base));
    expect([ready.status, await ready.text()]).toEqual([
      503,
      'failed\ntraffic: is shutting down\n',
    ]);
    expect([await statusOf(base, '/livez'), await statusOf(base, '/health')]).toEqual([200, 200]);
    const answer = await chat(base, 'warm');
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    const refused = await chat(base, 'cold');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('retry-after-ms')).toBe('5000');
    expect(await refused.json()).toMatchObject({ error: { code: 'shutting_down' } });
  });

  it('ends when that time is over', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('warm'), 'shutdown: {preStopDelay: 300ms}');
    const drover = folder.start();
    await (await chat(await drover.listening(), 'warm')).text();
    drover.signal('SIGTERM');
    expect((await drover.end()).code).toBe(0);
    expect(folder.living()).toEqual([]);
  });

  it('lets a stream end that has time to, and ends the others with an error event', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('short', '--tokens 4 --token-ms 100'),
      folder.model('endless', '--tokens 100000 --token-ms 50'),
      'groups: {all: {swap: false, exclusive: false, members: [short, endless]}}',
      'shutdown: {drainTimeout: 5s}',
    );
    const drover = folder.start();
    const base = await drover.listening();
    const [short, endless] = await Promise.all([
      streamed(base, 'short'),
      streamed(base, 'endless'),
    ]);
    drover.signal('SIGTERM');
    expect((await short.text()).trimEnd().endsWith('data: [DONE]')).toBe(true);
    const [last] = readEvents(await endless.text()).slice(-1);
    expect(last).toMatch(/^event: error\n/);
    expect(last).toContain('"code":"shutting_down"');
    expect((await drover.end()).code).toBe(0);
    expect(folder.living()).toEqual([]);
  });

  it('tells an HTTP/1.1 connection that it is the last, whichever route it asks for', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', PRE_STOP);
    const drover = folder.start();
    const base = await drover.listening();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const connectionOf = async (): Promise<string | undefined> => {
      const asked = get(new URL('/api/version', base), { agent });
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      await once(answer.resume(), 'end');
      return answer.headers.connection;
    };
    expect(await connectionOf()).toBe('keep-alive');
    drover.signal('SIGTERM');
    await drover.match(/SIGTERM: shutting down/);
    expect(await connectionOf()).toBe('close');
    agent.destroy();
  });

  it('says goodbye over HTTP/2 and finishes what is open', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a', '--tokens 12 --token-ms 100'), PRE_STOP);
    const drover = folder.start(tls);
    const base = await drover.listening();
    const session = connect(base, { ca, servername: 'localhost' });
    const goaway = once(session, 'goaway');
    const stream = session.request({
      ':path': '/v1/chat/completions',
      ':method': 'POST',
      'content-type': 'application/json',
    });
    stream.end(JSON.stringify({ model: 'a', stream: true }));
    let text = '';
    stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    const ended = once(stream, 'end');
    await once(stream, 'data');
    drover.signal('SIGTERM');
    const [code] = (await goaway) as [number];
    expect(code).toBe(0);
    expect(await ask(session, '/health')).toBeNull();
    const late = connect(base, { ca, servername: 'localhost' });
    const lateGoaway = once(late, 'goaway');
    expect(await ask(late, '/health')).toBe(200);
    await lateGoaway;
    await ended;
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    session.destroy();
    late.destroy();
  });

  it('does not wait for a second signal to be patient', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', PRE_STOP);
    const drover = folder.start();
    await drover.listening();
    drover.signal('SIGTERM');
    await drover.match(/SIGTERM: shutting down/);
    const echoIsOver = performance.now() + 200;
    await until(() => performance.now() > echoIsOver);
    drover.signal('SIGTERM');
    expect((await drover.end()).code).toBe(1);
  });
});

function readEvents(text: string): string[] {
  return text.split('\n\n').filter((event) => event !== '');
}
