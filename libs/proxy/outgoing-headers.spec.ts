import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OutgoingHeaders, outgoingHeaders } from './outgoing-headers.js';
import { requestHeaders } from './request-headers.js';

const USUAL = ['Host', 'a', 'Content-Type', 'application/json', 'Content-Length', '7'];

function connection(remoteAddress = '192.0.2.7'): Socket {
  return { remoteAddress } as unknown as Socket;
}

function request(socket: Socket, rawHeaders: readonly string[], more: object = {}) {
  const message = { rawHeaders: [...rawHeaders], headers: {}, httpVersionMajor: 1, socket };
  return { ...message, ...more } as unknown as IncomingMessage;
}

function local(socket: Socket, raw: readonly string[], more: object = {}): OutgoingHeaders {
  return outgoingHeaders(request(socket, raw, more), 'local');
}

describe('outgoingHeaders', () => {
  it('are the same object for the next request of a connection, whatever its length', () => {
    const socket = connection();
    const first = local(socket, USUAL);
    expect(first.headers).toEqual(requestHeaders(request(socket, USUAL), { kind: 'local' }));
    const longer = USUAL.map((text) => (text === '7' ? '4711' : text));
    expect(local(socket, longer)).toBe(first);
    expect(local(socket, longer).memo).toBeDefined();
  });

  it.each([
    ['a value', ['Host', 'b', ...USUAL.slice(2)]],
    ['a name', ['host', ...USUAL.slice(1)]],
    ['one more', [...USUAL, 'X-A', '1']],
    ['one less', USUAL.slice(2)],
    ['a name at the place of the length', [...USUAL.slice(0, 4), 'X-Length', '7']],
    ['a length in disguise', [...USUAL.slice(0, 4), 'Content_Length', '7']],
  ])('are made anew where %s is different', (_what, raw) => {
    const socket = connection();
    local(socket, USUAL);
    const { headers } = local(socket, raw);
    expect(headers).toEqual(requestHeaders(request(socket, raw), { kind: 'local' }));
  });

  it('differ by what the rules say', () => {
    const socket = connection();
    const raw = [...USUAL, 'X-Api-Key', 'k'];
    const made = (...rules: [kind: 'local' | 'peer', more?: object]): readonly string[] =>
      outgoingHeaders(request(socket, raw), ...rules).headers;
    expect(made('local')).toContain('X-Api-Key');
    expect(made('local', { omit: new Set(['x-api-key']) })).not.toContain('X-Api-Key');
    expect(made('local', { omit: new Set(['x-other']) })).toContain('X-Api-Key');
    expect(made('local', { add: ['X-Api-Key', 'own'] })).toContain('own');
    expect(made('peer')).not.toContain('X-Forwarded-For');
    expect(made('local')).toContain('X-Forwarded-For');
  });

  it('are the same object for sets of the same names', () => {
    const socket = connection();
    const omitting = (...names: string[]): OutgoingHeaders =>
      outgoingHeaders(request(socket, USUAL), 'local', { omit: new Set(names) });
    expect(omitting('x-a', 'x-b')).toBe(omitting('x-b', 'x-a'));
  });

  it('say whose connection it is', () => {
    const [one, other] = [connection('192.0.2.1'), connection('192.0.2.2')];
    expect(local(one, USUAL).headers).toContain('192.0.2.1');
    expect(local(other, USUAL).headers).toContain('192.0.2.2');
    expect(local(one, USUAL).headers).toContain('192.0.2.1');
  });

  it('are not kept where every request has others, until two are alike again', () => {
    const socket = connection();
    const traced = (id: number): OutgoingHeaders =>
      local(socket, [...USUAL, 'Traceparent', String(id)]);
    const all = Array.from({ length: 10 }, (_, id) => traced(id));
    expect(all.map(({ memo }) => memo !== undefined)).toEqual([
      ...Array<boolean>(4).fill(true),
      ...Array<boolean>(6).fill(false),
    ]);
    expect(all.map(({ headers }) => headers.at(-3))).toEqual(all.map((_, id) => String(id)));
    expect(traced(3)).toBe(all[3]);
  });

  it('are made for each request of HTTP/2', () => {
    const socket = connection();
    const made = local(socket, USUAL, { httpVersionMajor: 2 });
    expect(made.memo).toBeUndefined();
    expect(local(socket, USUAL, { httpVersionMajor: 2 })).not.toBe(made);
  });
});
