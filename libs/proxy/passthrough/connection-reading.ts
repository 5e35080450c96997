import { OnReadOpts, Socket } from 'node:net';
import { ReadBlock } from '../read-block.js';

/** Who gets what a connection reads. */
export interface BlockTaker {
  /** Takes a block: whatever it does with the bytes, it does before this returns. */
  take(hand: () => void): void;
  /** Whether bytes of the block are still in use and may be while more is read. */
  readonly holdsBytes: boolean;
  /** Whether nothing more shall be read for now; who wants more resumes the answer. */
  readonly isWaiting: boolean;
}

/**
 * How Node's HTTP client reads its connection: into memory that is used again. Node's own way takes
 * 64 KiB anew for each read, and leaves them to the garbage collector by the thousand.
 */
export function connectionReading(taker: BlockTaker): OnReadOpts {
  const block = new ReadBlock();
  return {
    buffer: () => block.memory,
    callback(this: Socket, sizeBytes: number, memory: Uint8Array): boolean {
      taker.take(() => this.push(memory.subarray(0, sizeBytes)));
      const { isWaiting, holdsBytes } = taker;
      // Bytes that Node has kept for later, for instance until it is known who wants them.
      const isHeld = holdsBytes || this.readableLength > 0;
      block.turn(sizeBytes, { isHeld, isBehind: isWaiting });
      return !isWaiting && this.readableLength === 0;
    },
  };
}
