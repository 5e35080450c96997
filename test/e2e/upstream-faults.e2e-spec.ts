import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ForwardOutcome } from '#lib/proxy';
import { CallWatchers } from '../../src/calls/call.watchers.js';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';
import { parseAnswer } from '../support/raw-http.js';
import { Script, ScriptedServer } from '../support/scripted-server.js';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/faults.md'), 'utf8');
const CHAT = '/v1/chat/completions';
const WAYS = { inference: CHAT, passthrough: `/upstream/m${CHAT}` };

const OK = 'HTTP/1.1 200 OK\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const EVENTS_TYPE = 'Content-Type: text/event-stream\r\n';
const EVENTS = `${EVENTS_TYPE}Transfer-Encoding: chunked\r\n\r\n`;

/** Writes and then closes the connection, or resets it. */
const dies =
  (text = '', how: 'close' | 'reset' = 'close'): Script =>
  ({ socket }) => {
    const end = (): void => {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.end();
    };
    if (text === '') end();
    else socket.write(text, 'latin1', () => setImmediate(end));
  };

/** Writes and leaves the connection open. */
const writes =
  (text: string): Script =>
  ({ socket }) =>
    void socket.write(text, 'latin1');

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** What a client gets: an error of its own with a code, an answer that is cut, or the whole answer. */
type Outcome =
  | { readonly status: 502 | 504; readonly code: string; readonly message: unknown }
  | { readonly cutAfter: string }
  | { readonly errorEventAfter: string }
  | { readonly whole: string };

interface Fault {
  readonly name: string;
  readonly script: Script;
  readonly outcome: Outcome;
}

const unreachable = (message: string): Outcome => ({
  status: 502,
  code: 'upstream_unreachable',
  message: expect.stringContaining(message),
});
const TIMEOUT: Outcome = {
  status: 504,
  code: 'upstream_timeout',
  message: expect.stringContaining('response header timeout'),
};
const NO_HTTP = unreachable('sent no valid HTTP');

const FAULTS: readonly Fault[] = [
  {
    name: 'closes the connection before the head',
    script: dies(),
    outcome: unreachable('before it answered'),
  },
  {
    name: 'resets the connection before the head',
    script: dies('', 'reset'),
    outcome: unreachable('before it answered'),
  },
  {
    name: 'dies in the middle of the head',
    script: dies('HTTP/1.1 200 OK\r\nContent-Le'),
    outcome: unreachable('before it answered'),
  },
  {
    name: 'never answers',
    script: () => undefined,
    outcome: TIMEOUT,
  },
  {
    name: 'begins its head and goes silent',
    script: writes('HTTP/1.1 200 OK\r\nX-A: 1\r\n'),
    outcome: TIMEOUT,
  },
  {
    name: 'sends a head of 200 KiB',
    script: writes(`${OK}${`X-A: ${'x'.repeat(9994)}\r\n`.repeat(20)}Content-Length: 2\r\n\r\nok`),
    outcome: { whole: 'ok' },
  },
  { name: 'speaks another protocol', script: writes('SSH-2.0-x\r\n\r\n'), outcome: NO_HTTP },
  { name: 'answers with zeros', script: writes('\0'.repeat(64)), outcome: NO_HTTP },
  {
    name: 'answers with a status that is none',
    script: writes('HTTP/1.1 99 No\r\nContent-Length: 0\r\n\r\n'),
    outcome: NO_HTTP,
  },
  {
    name: 'says two lengths',
    script: writes(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
    outcome: NO_HTTP,
  },
  {
    name: 'sends a head without end',
    script: ({ socket }) => {
      socket.write(OK);
      for (let count = 0; count < 40; count += 1)
        socket.write(`X-${count}: ${'x'.repeat(9999)}\r\n`);
    },
    outcome: unreachable('too many headers'),
  },
  {
    name: 'dies in the middle of a fixed-length body',
    script: dies(`${OK}${JSON_TYPE}Content-Length: 100\r\n\r\n{"a":`),
    outcome: { cutAfter: '{"a":' },
  },
  {
    name: 'dies in the middle of a chunk',
    script: dies(`${OK}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\nff\r\n{"a":`),
    outcome: { cutAfter: '{"a":' },
  },
  {
    name: 'dies between two chunks',
    script: dies(`${OK}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n${chunk('{"a":')}`),
    outcome: { cutAfter: '{"a":' },
  },
  {
    name: 'resets the connection in the middle of a body',
    script: dies(`${OK}${JSON_TYPE}Content-Length: 100\r\n\r\n{"a":`, 'reset'),
    outcome: { cutAfter: '{"a":' },
  },
  {
    name: 'sends a chunk whose length is none',
    script: writes(`${OK}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n${chunk('{"a":')}zz\r\n`),
    outcome: { cutAfter: '{"a":' },
  },
  {
    name: 'dies between two events',
    script: dies(`${OK}${EVENTS}${chunk('data: 1\n\n')}`),
    outcome: { errorEventAfter: 'data: 1\n\n' },
  },
  {
    name: 'dies in the middle of an event',
    script: dies(`${OK}${EVENTS}${chunk('data: 1\n\ndata: {"x')}`),
    outcome: { errorEventAfter: 'data: 1\n\ndata: {"x\n\n' },
  },
  {
    name: 'dies in the middle of events that are compressed or have a length',
    script: dies(`${OK}Content-Length: 99\r\n${EVENTS_TYPE}\r\ndata: 1\n\n`),
    outcome: { cutAfter: 'data: 1\n\n' },
  },
  {
    name: 'answers before it has read the request, and closes',
    script: dies(`${OK}Content-Length: 2\r\nConnection: close\r\n\r\nok`),
    outcome: { whole: 'ok' },
  },
  {
    name: 'ends its body by closing, as HTTP/1.0 does',
    script: dies('HTTP/1.0 200 OK\r\n\r\nold'),
    outcome: { whole: 'old' },
  },
  {
    name: 'sends interim answers before its own',
    script: writes(`HTTP/1.1 102 Processing\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`),
    outcome: { whole: 'ok' },
  },
  {
    name: 'sends more than the length it has said',
    script: writes(
      `${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworse`,
    ),
    outcome: { whole: 'ok' },
  },
];

let drover: HttpHarness | null = null;
let server: ScriptedServer | null = null;
let ended: PromiseWithResolvers<ForwardOutcome>;

afterEach(async () => {
  await drover?.app.close();
  await server?.[Symbol.asyncDispose]();
  const leases = drover?.router.leases ?? 0;
  [drover, server] = [null, null];
  if (leases !== 0) throw new Error('a lease was not released');
});

/** @param headerSeconds how long the upstream may think */
async function start(script: Script, headerSeconds = 60): Promise<void> {
  ended = Promise.withResolvers();
  server = await ScriptedServer.start(script);
  const { timeouts } = fakeModel('m');
  const model = fakeModel('m', {
    proxy: server.url,
    timeouts: { ...timeouts, responseHeader: headerSeconds },
  });
  drover = await startHttp(fakeConfig([model]));
  drover.app.get(CallWatchers).add({ follow: () => ({ onEnd: (end) => ended.resolve(end) }) });
}

/** Sends one request on a connection of its own; the text is all that came until its end. */
async function ask(path: string): Promise<string> {
  const { port } = new URL(drover!.url);
  const socket = new Socket().connect(Number(port), '127.0.0.1');
  const body = '{"model":"m"}';
  socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`);
  socket.write(`Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
  socket.on('error', () => socket.destroy());
  await once(socket, 'close');
  return text;
}

/** Whether an answer has come to its own end. */
function isComplete(text: string): boolean {
  const { headers, body } = parseAnswer(text);
  if (headers['transfer-encoding'] === 'chunked') return text.endsWith('0\r\n\r\n');
  return (
    headers['content-length'] === undefined || Number(headers['content-length']) === body.length
  );
}

/** What a client has got, in the terms of the table. */
function outcomeOf(text: string): object {
  const { status, body } = parseAnswer(text);
  if (status !== 200) {
    const { error } = JSON.parse(body) as { error: { code: string; message: string } };
    return { status, code: error.code, message: error.message };
  }
  if (!isComplete(text)) return { cutAfter: body };
  const event = /event: error\ndata: \{.*"code":"upstream_broken".*\}\n\n$/.exec(body);
  return event ? { errorEventAfter: body.slice(0, event.index) } : { whole: body };
}

describe('the faults of upstreams', () => {
  it.each(FAULTS)('stand in the documentation: $name', ({ name }) => {
    expect(DOCUMENT).toContain(`\n| ${name} |`);
  });
});

describe.each(Object.entries(WAYS))('an upstream behind the %s route that', (_way, path) => {
  it.each(FAULTS)('$name', async ({ script, outcome }) => {
    await start(script, outcome === TIMEOUT ? 1 : undefined);
    expect(outcomeOf(await ask(path))).toEqual(outcome);
    const { result } = await ended.promise;
    expect(result).toBe('whole' in outcome ? 'completed' : 'upstreamBroken');
    await expect.poll(() => drover!.router.leases).toBe(0);
  });

  it('goes silent in the middle is left as soon as its client leaves', async () => {
    await start(writes(`${OK}${EVENTS}${chunk('data: 1\n\n')}`));
    const leaving = new AbortController();
    const answer = await fetch(drover!.url + path, {
      method: 'POST',
      body: '{"model":"m"}',
      headers: { 'content-type': 'application/json' },
      signal: leaving.signal,
    });
    const reader = answer.body!.getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: 1\n\n');
    leaving.abort();
    await expect(reader.read()).rejects.toThrow('aborted');
    expect((await ended.promise).result).toBe('clientGone');
    await expect.poll(() => server!.open).toBe(0);
  });

  it('fails once serves the next request', async () => {
    await start(({ socket, inTotal }) => {
      if (inTotal === 1) socket.destroy();
      else socket.write(`${OK}Content-Length: 2\r\n\r\nok`);
    });
    expect(outcomeOf(await ask(path))).toEqual(unreachable('before it answered'));
    expect(outcomeOf(await ask(path))).toEqual({ whole: 'ok' });
  });
});

describe('an upstream that closes a kept connection under a request', () => {
  const answer = `${OK}Content-Length: 2\r\n\r\nok`;

  it('is sent the request once more, on another connection', async () => {
    await start(({ socket, onConnection }) => {
      if (onConnection === 1) socket.write(answer);
      else socket.destroy();
    });
    expect(outcomeOf(await ask(CHAT))).toEqual({ whole: 'ok' });
    expect(outcomeOf(await ask(CHAT))).toEqual({ whole: 'ok' });
    expect(server!.seen).toBe(3);
  });

  it('is not sent it a third time', async () => {
    await start(({ socket, inTotal }) => {
      if (inTotal === 1) socket.write(answer);
      else socket.destroy();
    });
    expect(outcomeOf(await ask(CHAT))).toEqual({ whole: 'ok' });
    expect(outcomeOf(await ask(CHAT))).toEqual(unreachable('before it answered'));
    expect(server!.seen).toBe(3);
  });

  it('is not sent it again when a byte of an answer has come', async () => {
    await start(({ socket, inTotal }) => {
      if (inTotal === 1) socket.write(answer);
      else socket.write('HTTP/1.1 2', () => setImmediate(() => socket.destroy()));
    });
    expect(outcomeOf(await ask(CHAT))).toEqual({ whole: 'ok' });
    expect(outcomeOf(await ask(CHAT))).toEqual(unreachable('before it answered'));
    expect(server!.seen).toBe(2);
  });

  it('costs nothing where every request has a connection of its own', async () => {
    await start(({ socket }) => socket.write(answer));
    for (let count = 0; count < 3; count += 1)
      expect(outcomeOf(await ask(WAYS.passthrough))).toEqual({ whole: 'ok' });
    await expect.poll(() => server!.open).toBe(0);
  });
});
