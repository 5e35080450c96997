import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeRequestBody } from './request-decoder.js';

const TEXT = '{"model":"m"}';
const plain = Buffer.from(TEXT);

describe('decodeRequestBody', () => {
  it.each([
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZip', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['identity', plain],
    ['', plain],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
  ])('undoes %s', async (coding, body) => {
    expect((await decodeRequestBody(body, coding, 1000))?.toString()).toBe(TEXT);
  });

  it.each(['aes', 'gzip, aes', 'constructor'])('leaves %s alone', async (coding) => {
    expect(await decodeRequestBody(plain, coding, 1000)).toBeNull();
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'])('refuses damaged %s', async (coding) => {
    const decoded = decodeRequestBody(plain, coding, 1000);
    await expect(decoded).rejects.toMatchObject({ code: 'BODY_UNREADABLE' });
  });

  it('refuses what unfolds to more than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    const decoded = decodeRequestBody(bomb, 'gzip', 1000);
    await expect(decoded).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});
