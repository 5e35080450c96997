import { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/** Coded bytes that wait for the decoder beyond this are given up, so that memory stays bounded. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** How an undone coding ended. */
export type DecodeEnd = { readonly error: string | null };

/**
 * Undoes the content coding of an answer while it passes. Bytes without a coding pass through at
 * once. Nobody waits for it: what the decoder cannot follow is given up.
 */
export class ContentDecoder {
  private readonly decoder: Transform | null;
  private readonly ended: Promise<void>;
  private error: string | null = null;

  /** @param coding header `Content-Encoding`; one coding at most is undone */
  constructor(
    coding: string,
    private readonly deliver: (bytes: Uint8Array) => void,
  ) {
    this.decoder = DECODERS.get(coding.trim().toLowerCase())?.() ?? null;
    this.ended = this.decoder ? this.follow(this.decoder) : Promise.resolve();
  }

  /** Whether a coding can be undone; what has another one, or none, is taken as it is. */
  static knows(coding: string): boolean {
    return coding !== '' && DECODERS.has(coding.trim().toLowerCase());
  }

  /** Takes the next bytes. They must not be changed afterwards. */
  push(bytes: Uint8Array): void {
    if (!this.decoder) this.deliver(bytes);
    else if (this.error === null) {
      this.decoder.write(bytes);
      if (this.decoder.writableLength > MAX_WAITING_BYTES) this.fail('too much to decode');
    }
  }

  /** The last bytes have come; resolves when they are decoded. */
  async finish(): Promise<DecodeEnd> {
    this.decoder?.end();
    await this.ended;
    return { error: this.error };
  }

  private follow(decoder: Transform): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    decoder.on('data', (bytes: Buffer) => this.deliver(bytes));
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
