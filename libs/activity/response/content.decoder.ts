import { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

/** How each coding is undone, once the first byte is known. */
const DECODERS: ReadonlyMap<string, (firstByte: number) => Transform> = new Map<
  string,
  (firstByte: number) => Transform
>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  // Some servers leave the frame away that RFC 9110, 8.4.1.2 asks for.
  ['deflate', (firstByte) => (isZlib(firstByte) ? createInflate() : createInflateRaw())],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

/** More codings on top of each other are no server's, and each costs a decoder. */
const MOST_CODINGS = 4;

/** Coded bytes that wait for the decoder beyond this are given up, so that memory stays bounded. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** How an undone coding ended. */
export type DecodeEnd = { readonly error: string | null };

/**
 * Undoes the content coding of an answer while it passes. Bytes without a coding pass through at
 * once. Nobody waits for it: what the decoder cannot follow is given up.
 */
export class ContentDecoder {
  private readonly coding: string | null;
  /** Undoes the coding that was applied before this one. */
  private readonly inner: ContentDecoder | null;
  private decoder: Transform | null = null;
  private ended: Promise<void> = Promise.resolve();
  private error: string | null = null;

  /** @param coding header `Content-Encoding`; the codings in the order in which they were applied */
  constructor(
    coding: string,
    private readonly deliver: (bytes: Uint8Array) => void,
  ) {
    const codings = codingsOf(coding);
    const isKnown = areKnown(codings);
    this.coding = (isKnown && codings.at(-1)) || null;
    const before = codings.slice(0, -1).join();
    this.inner = isKnown && before !== '' ? new ContentDecoder(before, deliver) : null;
  }

  /** Whether a coding can be undone; what has another one, or none, is taken as it is. */
  static knows(coding: string): boolean {
    const codings = coding === '' ? [] : codingsOf(coding);
    return codings.length > 0 && areKnown(codings);
  }

  /** Takes the next bytes. They must not be changed afterwards. */
  push(bytes: Uint8Array): void {
    if (this.coding === null) this.deliver(bytes);
    else if (this.error === null && bytes.length > 0) {
      const decoder = this.decoder ?? this.begin(this.coding, bytes[0]!);
      decoder.write(bytes);
      if (decoder.writableLength > MAX_WAITING_BYTES) this.fail('too much to decode');
    }
  }

  /** The last bytes have come; resolves when they are decoded. Nothing at all is no broken coding. */
  async finish(): Promise<DecodeEnd> {
    this.decoder?.end();
    await this.ended;
    const before = await this.inner?.finish();
    return { error: this.error ?? before?.error ?? null };
  }

  private begin(coding: string, firstByte: number): Transform {
    const decoder = DECODERS.get(coding)!(firstByte);
    this.decoder = decoder;
    this.ended = this.follow(decoder);
    return decoder;
  }

  private follow(decoder: Transform): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { inner } = this;
    decoder.on('data', (bytes: Buffer) => (inner ? inner.push(bytes) : this.deliver(bytes)));
    decoder.once('end', resolve);
    decoder.once('error', (error) => {
      this.error ??= error.message;
      resolve();
    });
    return promise;
  }

  private fail(message: string): void {
    this.error = message;
    this.decoder?.destroy(new Error(message));
  }
}

function areKnown(codings: readonly string[]): boolean {
  return codings.length <= MOST_CODINGS && codings.every((name) => DECODERS.has(name));
}

function codingsOf(header: string): readonly string[] {
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

/** Compression method 8 in the low half of the first byte (RFC 1950, 2.2), and a window of 32 KiB at most. */
function isZlib(firstByte: number): boolean {
  return (firstByte & 0x0f) === 8 && firstByte >> 4 <= 7;
}
