/**
 * An answer that has begun as an event stream before the upstream has answered: status and headers
 * are sent, and what the upstream sends is either more events or has to be put into one.
 */
export interface BegunStream {
  /** Whether the body of this answer goes on in the stream as it is. */
  accepts(status: number, headers: readonly string[]): boolean;
  /** The events that end the stream in place of a body that does not fit in. */
  replacement(status: number, body: Buffer): string;
}
