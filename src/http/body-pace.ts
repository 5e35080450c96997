import { IncomingMessage, ServerResponse } from 'node:http';
import { CancelTimer, Clock, DroverError } from '#lib/foundation';

/** What {@link BodyPace} goes by. */
export interface PaceLimits {
  /** Least bytes per second; 0 = any pace will do. */
  readonly bodyRateBytes: number;
  /** Milliseconds over which that is measured; longer than a hiccup of the network. */
  readonly bodyWindowMs: number;
  /** Milliseconds between two looks. */
  readonly checkIntervalMs: number;
}

/** Answers a client that is too slow. */
export type TooSlow = (
  request: IncomingMessage,
  response: ServerResponse,
  error: DroverError,
) => void;

interface Upload {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Begin of the window, monotonic milliseconds. */
  sinceMs: number;
  /** Bytes that the connection had received then. */
  bytesBefore: number;
}

/**
 * Ends requests whose body trickles in: each holds a connection and memory for as long as its client
 * likes. A client that has to wait because the model does not take more is not slow.
 */
export class BodyPace {
  private readonly uploads = new Map<object, Upload>();
  private cancelLook: CancelTimer | null = null;

  constructor(
    private readonly limits: PaceLimits,
    private readonly clock: Clock,
    private readonly tooSlow: TooSlow,
  ) {}

  /** How many requests are watched. */
  get size(): number {
    return this.uploads.size;
  }

  /** Watches a request until its body is complete. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    if (this.limits.bodyRateBytes === 0) return;
    // One connection has one body at a time, in HTTP/2 one stream has.
    const key = 'stream' in request ? (request.stream as object) : request.socket;
    const bytesBefore = request.socket.bytesRead;
    this.uploads.set(key, { request, response, sinceMs: this.clock.nowMs(), bytesBefore });
    this.cancelLook ??= this.clock.every(this.limits.checkIntervalMs, () => this.look());
  }

  /** Watches nothing any more. */
  end(): void {
    this.cancelLook?.();
    this.cancelLook = null;
    this.uploads.clear();
  }

  private look(): void {
    const nowMs = this.clock.nowMs();
    for (const [key, upload] of this.uploads) {
      const { request } = upload;
      if (request.complete || request.destroyed) this.uploads.delete(key);
      else if (request.readableLength > 0) this.restart(upload, nowMs);
      else if (nowMs - upload.sinceMs >= this.limits.bodyWindowMs) {
        if (this.isFastEnough(upload, nowMs)) this.restart(upload, nowMs);
        else this.cut(key, upload);
      }
    }
    if (this.uploads.size === 0) this.end();
  }

  private isFastEnough({ request, bytesBefore, sinceMs }: Upload, nowMs: number): boolean {
    const least = (this.limits.bodyRateBytes * (nowMs - sinceMs)) / 1000;
    return request.socket.bytesRead - bytesBefore >= least;
  }

  private restart(upload: Upload, nowMs: number): void {
    upload.sinceMs = nowMs;
    upload.bytesBefore = upload.request.socket.bytesRead;
  }

  private cut(key: object, { request, response }: Upload): void {
    this.uploads.delete(key);
    const { bodyRateBytes } = this.limits;
    const text = `the body came slower than ${bodyRateBytes} bytes per second (limits.bodyRate)`;
    this.tooSlow(request, response, new DroverError('REQUEST_TIMEOUT', text));
  }
}
