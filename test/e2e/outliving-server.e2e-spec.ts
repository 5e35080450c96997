import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Server } from 'node:http';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DroverFolder, until } from '../support/drover-folder.js';
import { startUpstream } from '../support/http-harness.js';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A server that belongs to no process of Drover's; it begins to answer, and never ends. */
class EndlessServer {
  readonly sockets: Duplex[] = [];
  readonly seen: string[] = [];

  private constructor(
    readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<EndlessServer> {
    const { server, url } = await startUpstream((request, response) => {
      endless.seen.push(request.url!);
      if (request.url === '/mute') return;
      const isStream = request.url === '/v1/chat/completions';
      response.writeHead(200, { 'Content-Type': isStream ? 'text/event-stream' : 'text/plain' });
      response.write('data: {"choices":[{"delta":{"content":"hi"}}]}\n\n');
    });
    const endless = new EndlessServer(server, url);
    server.on('connection', (socket) => endless.sockets.push(socket));
    server.on('upgrade', (request, socket: Duplex) => {
      endless.seen.push(request.url!);
      socket.on('error', () => socket.destroy()).on('end', () => socket.end());
      socket.resume();
      if (request.url === '/mute-socket') return;
      const key = `${request.headers['sec-websocket-key']}${MAGIC}`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
    });
    return endless;
  }

  get isBusy(): boolean {
    return this.sockets.some(({ destroyed }) => !destroyed);
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

let endless: EndlessServer;

beforeEach(async () => {
  endless = await EndlessServer.start();
});

afterEach(() => endless.close());

/** Drover with a model whose command runs beside the server that answers for it. */
async function startBeside(folder: DroverFolder): Promise<URL> {
  const more = [`proxy: ${endless.url}`, 'checkEndpoint: none'];
  folder.configure('models:', folder.model('m', '', ...more));
  return folder.start().listening();
}

it.each([
  ['unloaded', (base: URL) => fetch(new URL('/unload', base))],
  ['killed', (_base: URL, folder: DroverFolder) => process.kill(folder.pidOf('m'), 'SIGKILL')],
])('ends everything that it answers when its model is %s', async (_how, stop) => {
  await using folder = new DroverFolder();
  const base = await startBeside(folder);
  const begun = await fetch(new URL('/v1/chat/completions', base), {
    method: 'POST',
    body: '{"model":"m","stream":true}',
    headers: { 'content-type': 'application/json' },
  });
  const plain = await fetch(new URL('/upstream/m/plain', base));
  const mute = fetch(new URL('/upstream/m/mute', base));
  const tunnel = new WebSocket(new URL('/upstream/m/tunnel', base.href.replace('http', 'ws')));
  await once(tunnel, 'open');
  const refused = new WebSocket(
    new URL('/upstream/m/mute-socket', base.href.replace('http', 'ws')),
  );
  const paths = ['/v1/chat/completions', '/plain', '/mute', '/tunnel', '/mute-socket'];
  await expect.poll(() => endless.seen, { timeout: 20_000 }).toEqual(expect.arrayContaining(paths));
  await until(() => folder.living().includes('m') && folder.pidOf('m') > 0);

  const closed = once(tunnel, 'close');
  const failed = once(refused, 'close');
  await stop(base, folder);

  await Promise.all([closed, failed]);
  const events = await begun.text();
  expect(events).toContain('"content":"hi"');
  expect(events).toMatch(/"error".*model m was stopped while it answered/s);
  await expect(plain.text()).rejects.toThrow('terminated');
  expect((await mute).status).toBe(502);
  expect(await (await mute).text()).toContain('model m was stopped while it answered');
  await expect.poll(() => endless.isBusy, { timeout: 20_000 }).toBe(false);
  const running = async () => (await fetch(new URL('/running', base))).json();
  await expect.poll(running).toEqual({ running: [] });
});
