import { ERROR_CODES, ErrorCode, ErrorCodeEntry } from './error-codes.js';

/** What {@link DroverError} carries besides code and message. */
export interface DroverErrorOptions {
  /** Seconds after which a repetition makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** What only the log may see, for example a command line. */
  readonly detail?: string;
  /** The failure behind this one. */
  readonly cause?: unknown;
}

/**
 * A failure with a code from {@link ERROR_CODES}. The message is safe to show to a client;
 * `detail` is for the log alone.
 */
export class DroverError extends Error {
  override readonly name = 'DroverError';
  readonly retryAfterSeconds: number | undefined;
  readonly detail: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: DroverErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.detail = options.detail;
  }

  /** Status, envelope type and help of this error's code. */
  get entry(): ErrorCodeEntry {
    return ERROR_CODES[this.code];
  }
}
