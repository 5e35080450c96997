import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { KeptBody } from './kept-body.js';

/** Compresses bytes away from the thread that serves requests. */
export type Compress = (bytes: Buffer) => Promise<Buffer>;

const zstd = promisify(zstdCompress);

/** Zstandard (RFC 8878) at its fastest level, on Node's thread pool. */
export const compressFast: Compress = (bytes) =>
  zstd(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

interface Job {
  readonly body: KeptBody;
  readonly onSaved: (bytes: number) => void;
}

/** Compresses bodies one after the other: the thread pool has other work, too. */
export class BodyPacker {
  private waiting: Job[] = [];
  private isBusy = false;

  constructor(private readonly compress: Compress = compressFast) {}

  /** Compresses a body some time, unless it is dropped before; then tells how many bytes that saved. */
  add(body: KeptBody, onSaved: (bytes: number) => void): void {
    this.waiting.push({ body, onSaved });
    if (!this.isBusy) void this.work();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0) {
      const jobs = this.waiting;
      this.waiting = [];
      for (const job of jobs) if (!job.body.isDropped) await this.pack(job);
    }
    this.isBusy = false;
  }

  private async pack({ body, onSaved }: Job): Promise<void> {
    try {
      const compressed = await this.compress(body.kept);
      if (!body.isDropped) onSaved(body.replace(compressed));
    } catch {
      // It stays as it is.
    }
  }
}
