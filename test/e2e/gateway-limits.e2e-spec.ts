import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect as connectH2 } from 'node:http2';
import { DroverFolder } from '../support/drover-folder.js';

const files = join(import.meta.dirname, '../fixtures/tls');
const tls = ['-tls-cert-file', join(files, 'cert.pem'), '-tls-key-file', join(files, 'key.pem')];
const ca = readFileSync(join(files, 'cert.pem'));

/** Opens a connection as a client that speaks plain bytes. */
async function open(base: URL): Promise<Socket> {
  const port = Number(base.port);
  const isTls = base.protocol === 'https:';
  const socket = isTls
    ? connectTls({ port, host: '127.0.0.1', ca, servername: 'localhost' })
    : connect(port, '127.0.0.1');
  await once(socket, isTls ? 'secureConnect' : 'connect');
  return socket;
}

/** Everything that the server sends until it closes the connection. */
async function rest(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
  socket.on('error', () => socket.destroy());
  await once(socket, 'close');
  return text;
}

describe.each([
  { name: 'plain', args: [] },
  { name: 'TLS', args: tls },
])('limits of clients, $name', ({ args }) => {
  it('ends a connection whose head does not come in time', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'limits: {headersTimeout: 500ms, checkInterval: 100ms}');
    const base = await folder.start(args).listening();
    const socket = await open(base);
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
  });

  it('closes a connection that is idle for longer than it may', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'limits: {keepAliveTimeout: 300ms, checkInterval: 100ms}');
    const base = await folder.start(args).listening();
    const socket = await open(base);
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 200 [^]*OK$/);
  });

  it('serves so many requests on a connection and no more', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'limits: {maxRequestsPerConnection: 2}');
    const base = await folder.start(args).listening();
    const socket = await open(base);
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2));
    const text = await rest(socket);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text).toMatch(/Connection: close/i);
  });

  it('takes so many connections and no more', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'limits: {maxConnections: 2}');
    const base = await folder.start(args).listening();
    const held = [await open(base), await open(base)];
    const third = connect(Number(base.port), '127.0.0.1');
    expect(await rest(third)).toBe('');
    held[0]!.destroy();
    await once(held[0]!, 'close');
    held[1]!.end('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await rest(held[1]!)).toMatch(/^HTTP\/1\.1 200/);
  });
});

describe('pace of bodies', () => {
  it.each(['/v1/chat/completions', '/api/models/unload', '/upstream/a/echo'])(
    'ends an upload to %s of which nothing comes',
    async (path) => {
      await using folder = new DroverFolder();
      folder.configure(
        'models:',
        folder.model('a'),
        'limits: {checkInterval: 100ms, bodyWindow: 1s}',
      );
      const base = await folder.start().listening();
      const socket = await open(base);
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n`;
      socket.write(`${head}Content-Type: application/json\r\n\r\n{"model":`);
      expect(await rest(socket)).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
      expect((await fetch(new URL('/health', base))).status).toBe(200);
    },
  );

  it('are watched in each stream of HTTP/2', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('a'),
      'limits: {checkInterval: 100ms, bodyWindow: 1s}',
    );
    const base = await folder.start(tls).listening();
    const session = connectH2(base, { ca, servername: 'localhost' });
    const stream = session.request({
      ':method': 'POST',
      ':path': '/v1/chat/completions',
      'content-type': 'application/json',
    });
    stream.on('error', () => stream.destroy());
    stream.write('{"model":');
    const [headers] = (await once(stream, 'response')) as [Record<string, number>];
    expect(headers[':status']).toBe(408);
    const other = session.request({ ':path': '/health' });
    const [answer] = (await once(other, 'response')) as [Record<string, number>];
    expect(answer[':status']).toBe(200);
    session.destroy();
  });
});
