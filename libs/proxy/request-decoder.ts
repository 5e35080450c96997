import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { DroverError } from '#lib/foundation';

type Decode = (bytes: Buffer, limits: { readonly maxOutputLength: number }) => Promise<Buffer>;

const decodeGzip: Decode = promisify(gunzip);
const decodeZlib: Decode = promisify(inflate);
const decodeRaw: Decode = promisify(inflateRaw);

/** Content codings of RFC 9110, 8.4.1, and those of RFC 7932 and RFC 8878. */
const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: decodeGzip,
  'x-gzip': decodeGzip,
  // Many senders leave out the zlib frame that the coding asks for; its first byte tells.
  deflate: (bytes, limits) =>
    ((bytes[0] ?? 0) & 0x0f) === 8 ? decodeZlib(bytes, limits) : decodeRaw(bytes, limits),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * Undoes the content codings of a request's body, without blocking the event loop.
 *
 * @param coding header `Content-Encoding`
 * @returns null when one of the codings is unknown; the body is then as good as opaque
 * @throws DroverError BODY_UNREADABLE, or BODY_TOO_LARGE when it unfolds to more than `limitBytes`
 */
export async function decodeRequestBody(
  body: Buffer,
  coding: string,
  limitBytes: number,
): Promise<Buffer | null> {
  const codings = coding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (!codings.every((name) => Object.hasOwn(DECODERS, name))) return null;
  let decoded = body;
  for (const name of codings.toReversed()) decoded = await undo(decoded, name, limitBytes);
  return decoded;
}

async function undo(bytes: Buffer, coding: string, limitBytes: number): Promise<Buffer> {
  try {
    return await DECODERS[coding]!(bytes, { maxOutputLength: limitBytes });
  } catch (cause) {
    if (cause instanceof RangeError) {
      const message = `the body is larger than ${limitBytes} bytes when its ${coding} is undone`;
      throw new DroverError('BODY_TOO_LARGE', message, { cause });
    }
    const message = `could not read request body: it is no valid ${coding}`;
    throw new DroverError('BODY_UNREADABLE', message, { cause });
  }
}
