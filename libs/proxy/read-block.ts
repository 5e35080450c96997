/** Enough for events and small answers. */
const SMALL_BYTES = 16 * 1024;
/** For answers that come faster, where fewer reads cost less. */
const LARGE_BYTES = 32 * 1024;

/** What has become of the memory that was read into. */
export interface BlockUse {
  /** Somebody still needs what was read, so that it must not be overwritten. */
  readonly isHeld: boolean;
  /** Whoever gets it cannot keep up, so that more at a time is of no use. */
  readonly isBehind: boolean;
}

/**
 * The memory that one connection reads into, again and again as long as nobody holds what was read.
 * It is large only where an answer comes fast and is taken as fast: a client that reads slowly costs
 * little, however many there are.
 */
export class ReadBlock {
  /** Where the next bytes go. */
  memory = small();

  /** @param isTls whether no more than one record (RFC 8446, 5.1: 16 KiB) comes at a time */
  constructor(private readonly isTls = false) {}

  /** Prepares for the next read, after one of `sizeBytes`. */
  turn(sizeBytes: number, { isHeld, isBehind }: BlockUse): void {
    const { length } = this.memory;
    if (isBehind) {
      if (isHeld || length > SMALL_BYTES) this.memory = small();
    } else if (sizeBytes === length && length < LARGE_BYTES && !this.isTls) {
      this.memory = Buffer.allocUnsafeSlow(LARGE_BYTES);
    } else if (isHeld) this.memory = Buffer.allocUnsafeSlow(length);
  }
}

function small(): Buffer {
  return Buffer.allocUnsafeSlow(SMALL_BYTES);
}
