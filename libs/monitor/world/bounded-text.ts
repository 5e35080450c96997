/** Collects bytes up to a limit; the newest ones are kept. */
export interface BoundedText {
  readonly push: (bytes: Buffer) => void;
  /** What is kept, as UTF-8. */
  readonly text: () => string;
}

/** Makes an empty {@link BoundedText}. */
export function boundedText(maxBytes: number): BoundedText {
  let pieces: Buffer[] = [];
  let size = 0;
  return {
    push: (bytes) => {
      pieces.push(bytes);
      size += bytes.length;
      if (size <= 2 * maxBytes) return;
      pieces = [Buffer.concat(pieces).subarray(-maxBytes)];
      size = maxBytes;
    },
    text: () => Buffer.concat(pieces).subarray(-maxBytes).toString('utf8'),
  };
}
