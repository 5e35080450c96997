import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ContentDecoder } from './content.decoder.js';

const BODY = Buffer.from('{"usage":{"prompt_tokens":3}} ü'.repeat(100));

async function decode(coding: string, bytes: Uint8Array, size: number) {
  const pieces: Uint8Array[] = [];
  const decoder = new ContentDecoder(coding, (piece) => pieces.push(piece));
  for (let at = 0; at < bytes.length; at += size) decoder.push(bytes.subarray(at, at + size));
  const { error } = await decoder.finish();
  return { error, text: Buffer.concat(pieces).toString() };
}

describe('ContentDecoder', () => {
  it.each([
    ['gzip', gzipSync(BODY)],
    ['x-gzip', gzipSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['deflate', deflateRawSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['gzip, br', brotliCompressSync(gzipSync(BODY))],
    ['identity , Deflate,, zstd', zstdCompressSync(deflateSync(BODY))],
    ['ZSTD', zstdCompressSync(BODY)],
    ['', BODY],
    ['identity', BODY],
  ])('undoes %j wherever the bytes are cut', async (coding, bytes) => {
    for (const size of [1, 7, 10_000]) {
      expect(await decode(coding, bytes, size)).toEqual({ error: null, text: BODY.toString() });
    }
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'br, gzip'])(
    'takes no bytes of %s for none',
    async (coding) => {
      expect(await decode(coding, Buffer.alloc(0), 1)).toEqual({ error: null, text: '' });
    },
  );

  it('tells which of two codings is broken', async () => {
    const { error } = await decode('br, gzip', gzipSync(Buffer.from('no brotli at all')), 9);
    expect(error).not.toBeNull();
  });

  it.each(['gzip', 'br', 'zstd'])('reports a broken %s', async (coding) => {
    const { error } = await decode(coding, Buffer.from('no such coding at all'), 5);
    expect(error).not.toBeNull();
  });

  it('reports an answer that breaks off', async () => {
    const { error } = await decode('gzip', gzipSync(BODY).subarray(0, 40), 10);
    expect(error).not.toBeNull();
  });

  it('takes an endless list of codings for none that it knows', async () => {
    const coding = 'gzip,'.repeat(50_000);
    expect(ContentDecoder.knows(coding)).toBe(false);
    expect(await decode(coding, BODY, 100)).toEqual({ error: null, text: BODY.toString() });
  });

  it('hands plain bytes on at once', () => {
    const seen: Uint8Array[] = [];
    const decoder = new ContentDecoder('', (piece) => seen.push(piece));
    decoder.push(BODY);
    expect(seen).toEqual([BODY]);
  });

  it.each([
    ['GZIP', true],
    [' br ', true],
    ['', false],
    ['identity', false],
    ['gzip, br', true],
    ['identity, br', true],
    ['gzip, compress', false],
    ['compress', false],
  ])('knows %j: %s', (coding, known) => {
    expect(ContentDecoder.knows(coding)).toBe(known);
  });
});
