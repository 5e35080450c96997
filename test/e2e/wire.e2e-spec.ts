import { once } from 'node:events';
import { connect, createServer, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

const CHAT = '/v1/chat/completions';
const BODY = '{"model":"m"}';
const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const EVENTS = `${OK}Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n`;
const HELLO = `${OK}Content-Length: 5\r\n\r\nhello`;

/** Told of each request that has arrived whole, and of the connection that it came on. */
type Script = (socket: Socket, request: { readonly text: string; readonly count: number }) => void;

describe('connections to a plain upstream', () => {
  let drover: HttpHarness;
  let upstream: Server;
  let script: Script;
  let sockets: Socket[];

  beforeEach(async () => {
    sockets = [];
    let count = 0;
    upstream = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      let text = '';
      socket.on('data', (piece) => {
        text += piece.toString('latin1');
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        const end = text.indexOf('\r\n\r\n');
        if (end < 0 || text.length < end + 4 + length) return;
        const whole = text;
        text = '';
        count += 1;
        script(socket, { text: whole, count });
      });
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as { port: number };
    drover = await startHttp(fakeConfig([fakeModel('m', { proxy: `http://127.0.0.1:${port}` })]));
  });

  afterEach(async () => {
    await drover.app.close();
    for (const socket of sockets) socket.destroy();
    upstream.close();
    if (drover.router.leases !== 0) throw new Error('a lease was not released');
  });

  const post = (): Promise<Response> =>
    fetch(drover.url + CHAT, {
      method: 'POST',
      body: BODY,
      headers: { 'content-type': 'application/json' },
    });

  /** Sends bytes as they are and returns all that comes until the connection closes. */
  async function raw(request: string): Promise<string> {
    const socket = connect(Number(new URL(drover.url).port), '127.0.0.1');
    socket.write(request);
    const pieces: Buffer[] = [];
    for await (const piece of socket) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString('latin1');
  }

  const rawPost = (version: string, ...headers: string[]): Promise<string> =>
    raw(
      [`POST ${CHAT} HTTP/${version}`, 'Host: localhost', 'Content-Type: application/json']
        .concat(`Content-Length: ${BODY.length}`, ...headers, '', BODY)
        .join('\r\n'),
    );

  it.each([
    ['a length', HELLO],
    ['chunks', `${CHUNKED}2\r\nhe\r\n3;x=1\r\nllo\r\n0\r\nX-T: 1\r\n\r\n`],
    ['an interim answer', `HTTP/1.1 100 Continue\r\n\r\n${HELLO}`],
  ])('passes an answer with %s, wherever it is cut', async (_name, text) => {
    for (let at = 1; at < text.length; at += 1) {
      script = (socket) => {
        socket.setNoDelay(true).write(text.slice(0, at), () => {
          setImmediate(() => socket.write(text.slice(at)));
        });
      };
      const answer = await post();
      expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
    }
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'],
    ['two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`],
    ['length and chunks', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['an unknown coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['a folded header', `${OK}X-A: 1\r\n b\r\nContent-Length: 0\r\n\r\n`],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'],
    ['headers without end', OK + `X-Long: ${'x'.repeat(1000)}\r\n`.repeat(300)],
    ['nothing', ''],
  ])('answers %s by 502', async (_name, text) => {
    script = (socket) => socket.end(text, 'latin1');
    const answer = await post();
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: 'upstream_unreachable' } });
    expect(sockets).toHaveLength(1);
  });

  it.each(['5\r\nhelloX', 'zz\r\n', '5\nhello\r\n'])(
    'cuts the answer where the chunk %j is none',
    async (chunk) => {
      script = (socket) => socket.write(`${CHUNKED}2\r\nhe\r\n`, () => socket.write(chunk));
      await expect(post().then((answer) => answer.text())).rejects.toThrow('terminated');
    },
  );

  it('passes chunks with the framing they came with, and ends the body itself', async () => {
    script = (socket) => socket.write(`${EVENTS}00a\r\ndata: 1\n\n\r\n`.replace('00a', '009'));
    const answering = rawPost('1.1', 'Connection: close');
    await expect.poll(() => sockets.length).toBe(1);
    sockets[0]!.write('9\r\ndata: 2\n\n\r\n0\r\n\r\n');
    const body = (await answering).split('\r\n\r\n').slice(1).join('\r\n\r\n');
    expect(body).toBe('009\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n');
  });

  it('frames chunks anew that come in parts, so that an error event still fits behind', async () => {
    script = (socket) => {
      socket.write(`${EVENTS}64\r\ndata: {"half`, () => socket.destroy());
    };
    const text = await rawPost('1.1', 'Connection: close');
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    expect(body).toMatch(
      /^c\r\ndata: \{"half\r\n[0-9a-f]+\r\n\n\nevent: error\ndata: .*\n\n\r\n0\r\n\r\n$/,
    );
  });

  it('gives a client of HTTP/1.0 the content without framing', async () => {
    script = (socket) => socket.write(`${CHUNKED}5\r\nhello\r\n0\r\n\r\n`);
    const text = await rawPost('1.0');
    expect(text.endsWith('\r\n\r\nhello')).toBe(true);
    expect(text).not.toMatch(/transfer-encoding/i);
  });

  it('answers requests that come in a row on one connection in their order', async () => {
    script = (socket, { count }) => {
      const content = String(count).repeat(3);
      const chunked = `${CHUNKED}3\r\n${content}\r\n0\r\n\r\n`;
      socket.write(count === 2 ? chunked : `${OK}Content-Length: 3\r\n\r\n${content}`);
    };
    const one = [`POST ${CHAT} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json'];
    const lines = [...one, `Content-Length: ${BODY.length}`, '', BODY];
    const last = [...one, 'Connection: close', `Content-Length: ${BODY.length}`, '', BODY];
    const text = await raw([lines, lines, last].map((all) => all.join('\r\n')).join(''));
    expect([...text.matchAll(/(\d)\1\1(?=\r\n|HTTP|$)/g)].map(([found]) => found)).toEqual([
      '111',
      '222',
      '333',
    ]);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  it('repeats a request on a new connection, once, when the one in use turns out to be dead', async () => {
    script = (socket, { count }) => {
      if (count <= 2) socket.write(HELLO);
      else if (count === 3) socket.destroy();
      else socket.write(HELLO);
    };
    await Promise.all([post(), post()].map(async (answer) => (await answer).text()));
    const answer = await post();
    expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
    // The other idle connection was not trusted any more.
    expect(sockets).toHaveLength(3);
    await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
  });

  it('does not repeat a request once a byte of an answer has come', async () => {
    script = (socket, { count }) => {
      if (count === 1) socket.write(HELLO);
      else socket.write('HTTP/1.1', () => socket.destroy());
    };
    await (await post()).text();
    expect((await post()).status).toBe(502);
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['says that it closes', `${OK}Connection: close\r\nContent-Length: 5\r\n\r\nhello`],
    [
      'keeps idle ones for too short',
      `${OK}Keep-Alive: timeout=1\r\nContent-Length: 5\r\n\r\nhello`,
    ],
    ['sends more than one answer', `${HELLO}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`],
  ])('uses no connection again whose server %s', async (_name, text) => {
    script = (socket) => socket.write(text);
    for (let count = 1; count <= 3; count += 1) {
      expect(await (await post()).text()).toBe('hello');
      expect(sockets).toHaveLength(count);
    }
  });

  it('uses no connection again on which something came unasked', async () => {
    script = (socket) => socket.write(HELLO);
    await (await post()).text();
    const closed = once(sockets[0]!, 'close');
    sockets[0]!.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    await closed;
    expect(await (await post()).text()).toBe('hello');
    expect(sockets).toHaveLength(2);
  });

  it('takes an answer without length to go on until the connection ends', async () => {
    script = (socket) => socket.end(`${OK}\r\nhello`);
    expect(await (await post()).text()).toBe('hello');
    expect(await (await post()).text()).toBe('hello');
    expect(sockets).toHaveLength(2);
  });

  it('keeps every byte of a fast stream to a client that reads in bursts', async () => {
    const block = Buffer.alloc(48 * 1024, 0);
    for (let at = 0; at < block.length; at += 4) block.writeUInt32BE(at * 7919, at);
    const times = 200;
    script = (socket) => {
      let left = times;
      socket.write(CHUNKED);
      const more = (): void => {
        while (left > 0) {
          left -= 1;
          socket.write(`${block.length.toString(16)}\r\n`);
          socket.write(block);
          if (!socket.write('\r\n')) return void socket.once('drain', more);
        }
        socket.write('0\r\n\r\n');
      };
      more();
    };
    const answer = await post();
    let [at, isRight] = [0, true];
    for await (const piece of answer.body!) {
      for (let from = 0; from < piece.length;) {
        const offset = at % block.length;
        const length = Math.min(piece.length - from, block.length - offset);
        const expected = block.subarray(offset, offset + length);
        isRight &&= expected.equals(piece.subarray(from, from + length));
        from += length;
        at += length;
      }
      if (at % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect([at, isRight]).toEqual([times * block.length, true]);
  });

  it('sends a large body whole, and takes an answer that comes before its end', async () => {
    const body = JSON.stringify({ model: 'm', text: 'x'.repeat(3 * 1024 * 1024) });
    let received = 0;
    script = (socket, { text }) => {
      received = text.length - text.indexOf('\r\n\r\n') - 4;
      socket.write(HELLO);
    };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(drover.url + CHAT, { method: 'POST', body, headers });
    expect(await answer.text()).toBe('hello');
    expect(received).toBe(body.length);
  });
});
