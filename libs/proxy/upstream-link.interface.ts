/** A request as it goes to an upstream. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query, percent-encoded as they shall be sent. */
  readonly path: string;
  /** Names and values alternating, without those that frame the message. */
  readonly headers: readonly string[];
  /** Whole body; null for none. */
  readonly body: Buffer | null;
  /** Where the sender may keep what it has written of headers that go out again and again. */
  readonly memo?: HeaderMemo;
}

/** The lines of headers as a sender has written them. */
export interface HeaderMemo {
  /** The host that they were written for; see `WireOptions.authority`. */
  host: string;
  /** Empty until they have been written. */
  lines: string;
}

/**
 * The connection that a request runs on, as far as its answer's receiver may touch it: not any more
 * once the answer has ended, for by then it may carry somebody else's.
 */
export interface UpstreamLink {
  /** Answers completed on this connection before: above 0 it was reused. */
  readonly answers: number;
  /** Whether the connection has been established. */
  readonly isOpen: boolean;
  /** Reads no more; what has been read already is still handed over. */
  pause(): void;
  resume(): void;
  /** Gives the request up; the receiver hears no more of it. */
  abort(): void;
}

/**
 * Takes an upstream's answer, in this order: `started` when the request is handed to a connection,
 * `began` with the first byte, `informed` for each interim answer, `head` once, then content, and at
 * last exactly one of `last`, `end` and `failed`. After `failed` the request may be sent again.
 */
export interface AnswerReceiver {
  started(link: UpstreamLink): void;
  began(): void;
  /** An answer of the class 1xx; names and values alternating. */
  informed(status: number, headers: readonly string[]): void;
  /** Status and headers, names and values alternating. */
  head(status: number, headers: readonly string[]): void;
  /** Content, in the connection's own memory; see {@link AnswerReceiver.holdsBytes}. */
  data(content: Buffer): void;
  /**
   * Whole chunks of the chunked coding (RFC 9112, 7.1) with their framing, which was checked and has
   * no extensions.
   *
   * @param pieces offsets of each chunk's content in `block`, beginnings and ends alternating;
   *   valid during the call
   */
  framed(block: Buffer, pieces: readonly number[]): void;
  /** The last of the content, where that is known: stands for `data` and `end`. */
  last(content: Buffer): void;
  /** The end of the answer; names and values of the trailers alternating. */
  end(trailers: readonly string[]): void;
  /** No more comes for now: what waits for company may be sent. */
  flush(): void;
  failed(error: Error): void;
  /** Whether memory handed over is still in use, so that the connection must take other memory. */
  readonly holdsBytes: boolean;
}

/** Sends requests to one upstream. */
export interface UpstreamSender {
  /**
   * Hands the request to a connection before it returns, or at the latest when what it is sent with has
   * been loaded. Failures go to the receiver.
   */
  send(request: UpstreamRequest, receiver: AnswerReceiver): void;
  /** Takes no more requests; ends when the last answer has. */
  close(): void;
  /** Ends every connection at once; resolves when they are gone. */
  destroy(): Promise<void>;
}
