import { OnReadOpts, Socket } from 'node:net';
import { ReadBlock } from '../read-block.js';

/** Who gets what a connection reads. */
export interface BlockTaker {
  /** Takes what was read; the memory is used again once it is not held. */
  take(bytes: Buffer, connection: Socket): void;
  /** Whether bytes are still in use and may be while more is read. */
  readonly holdsBytes: boolean;
  /** Whether nothing more shall be read for now; who wants more resumes the connection. */
  readonly isWaiting: boolean;
}

/**
 * How Node's HTTP client reads its connection: into memory that is used again. Node's own way takes
 * 64 KiB anew for each read, and leaves them to the garbage collector by the thousand.
 */
export function connectionReading(taker: BlockTaker, isTls: boolean): OnReadOpts {
  const block = new ReadBlock(isTls);
  return {
    buffer: () => block.memory,
    callback(this: Socket, sizeBytes: number, memory: Uint8Array): boolean {
      taker.take((memory as Buffer).subarray(0, sizeBytes), this);
      const { isWaiting, holdsBytes: isHeld } = taker;
      block.turn(sizeBytes, { isHeld, isBehind: isWaiting });
      return !isWaiting;
    },
  };
}
