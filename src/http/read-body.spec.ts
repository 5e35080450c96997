import { PassThrough } from 'node:stream';
import { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readBody } from './read-body.js';

function read(limitBytes: number, contentLength?: number) {
  const stream = new PassThrough();
  const headers = contentLength === undefined ? {} : { 'content-length': String(contentLength) };
  const request = Object.assign(stream, { headers }) as unknown as IncomingMessage;
  const told: [string | null, string | null][] = [];
  readBody(request, limitBytes, (failure, body) => {
    told.push([failure?.code ?? null, body && body.toString()]);
  });
  return { stream, told };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('readBody', () => {
  it.each([
    [[], null],
    [['one'], 'one'],
    [['one', 'two'], 'onetwo'],
  ])('collects %j', async (pieces, body) => {
    const { stream, told } = read(6);
    for (const piece of pieces) stream.write(piece);
    stream.end();
    await turn();
    expect(told).toEqual([[null, body]]);
  });

  it('refuses an announced body that is too long without reading it', () => {
    const { stream, told } = read(6, 7);
    expect(told).toEqual([['BODY_TOO_LARGE', null]]);
    expect(stream.listenerCount('data')).toBe(0);
  });

  it('stops reading a body that becomes too long', async () => {
    const { stream, told } = read(6);
    stream.write('1234567');
    stream.write('8');
    stream.end();
    await turn();
    expect(told).toEqual([['BODY_TOO_LARGE', null]]);
    expect(stream.isPaused()).toBe(true);
  });

  it('tells nobody when the client leaves before the end', async () => {
    const { stream, told } = read(6);
    stream.write('123');
    stream.destroy();
    await turn();
    expect(told).toEqual([]);
  });
});
