import { ProbeError, ProbeSocket, ProbeWorld } from '#lib/plugin-api';

interface Waiter {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A connection to the LACT daemon: one answer line per request line, in their order. Any number of
 * requests may be under way; a late answer breaks the connection, since the order would be lost.
 */
export class LactConnection {
  private readonly waiters: Waiter[] = [];
  private socket: ProbeSocket | null = null;
  private failure: Error | null = null;

  private constructor(
    private readonly world: ProbeWorld,
    private readonly answerTimeoutMs: number,
  ) {}

  /** Connects. @throws Error when nobody listens at the path. */
  static async open(
    world: ProbeWorld,
    path: string,
    answerTimeoutMs: number,
  ): Promise<LactConnection> {
    const connection = new LactConnection(world, answerTimeoutMs);
    connection.socket = await world.connectSocket(path, {
      line: (text) => connection.waiters.shift()?.resolve(text),
      closed: (error) => connection.fail(error ?? new ProbeError('closed', 'LACT hung up')),
    });
    return connection;
  }

  /** Whether requests can still be answered. */
  get isOpen(): boolean {
    return this.failure === null;
  }

  /** Sends a line and waits for its answer. @throws ProbeError `timeout`, or what ended the connection. */
  async ask(line: string): Promise<string> {
    if (this.failure) throw this.failure;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.waiters.push({ resolve, reject });
    this.socket?.write(line);
    const cancelTimer = this.world.after(this.answerTimeoutMs, () =>
      this.fail(new ProbeError('timeout', 'LACT has not answered in time')),
    );
    try {
      return await promise;
    } finally {
      cancelTimer();
    }
  }

  /** Ends the connection; open requests fail. */
  close(): void {
    this.fail(new ProbeError('closed', 'the connection to LACT was closed'));
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    this.socket?.close();
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }
}
