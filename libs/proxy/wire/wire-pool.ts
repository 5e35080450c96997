import { CancelTimer, Clock } from '#lib/foundation';
import { AnswerReceiver, UpstreamRequest, UpstreamSender } from '../upstream-link.interface.js';
import { WireConnection, WireOwner } from './wire-connection.js';
import { WireOptions } from './wire-options.interface.js';
import { WireError } from './wire.error.js';

/** A server that says how long it keeps idle connections is believed but for this. */
const IDLE_MARGIN_MS = 1000;

/**
 * The connections to one upstream. A request takes the one used last, so that those that are not
 * needed grow old; it gets a new one when all are busy.
 */
export class WirePool implements UpstreamSender, WireOwner {
  private readonly connections = new Set<WireConnection>();
  private readonly idle: WireConnection[] = [];
  private cancelSweep: CancelTimer | null = null;
  private isClosing = false;

  constructor(
    private readonly options: WireOptions,
    readonly clock: Clock,
  ) {}

  /** Open connections, busy ones included. */
  get size(): number {
    return this.connections.size;
  }

  send(request: UpstreamRequest, receiver: AnswerReceiver): void {
    if (this.isClosing) {
      receiver.failed(new WireError('WIRE_CLOSED', 'the upstream is not used any more'));
      return;
    }
    const connection = this.takeIdle() ?? this.open();
    try {
      connection.send(request, receiver);
    } catch (error) {
      this.released(connection, null);
      receiver.failed(error as Error);
    }
  }

  close(): void {
    this.isClosing = true;
    this.dropIdle();
  }

  async destroy(): Promise<void> {
    this.close();
    for (const connection of this.connections) {
      connection.lose(new WireError('WIRE_CLOSED', 'Drover closed the connection'));
    }
    return Promise.resolve();
  }

  released(connection: WireConnection, idleMs: number | null): void {
    if (this.isClosing) {
      connection.abort();
      return;
    }
    const hinted = idleMs === null ? Infinity : Math.max(0, idleMs - IDLE_MARGIN_MS);
    const longest = Math.min(hinted, this.options.idleMs ?? Infinity);
    if (longest <= 0) {
      connection.abort();
      return;
    }
    connection.idleUntilMs = longest < Infinity ? this.clock.nowMs() + longest : Infinity;
    this.idle.push(connection);
    if (longest < Infinity) this.armSweep(longest);
  }

  /** A reused connection that breaks tells that the server has closed all that were idle. */
  broken(connection: WireConnection): void {
    if (connection.answers > 0) this.dropIdle();
  }

  gone(connection: WireConnection): void {
    this.connections.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.idle.length === 0) this.stopSweep();
  }

  private open(): WireConnection {
    const connection = new WireConnection(this.options, this);
    this.connections.add(connection);
    return connection;
  }

  private takeIdle(): WireConnection | null {
    const nowMs = this.clock.nowMs();
    for (let idle = this.idle.pop(); idle; idle = this.idle.pop()) {
      if (idle.isUsable && idle.idleUntilMs > nowMs) return idle;
      idle.abort();
    }
    return null;
  }

  private dropIdle(): void {
    for (const connection of this.idle.splice(0)) connection.abort();
    this.stopSweep();
  }

  /** One timer for all: it looks again when the next connection may be due. */
  private armSweep(delayMs: number): void {
    this.cancelSweep ??= this.clock.after(delayMs, () => this.sweep());
  }

  private sweep(): void {
    this.cancelSweep = null;
    const nowMs = this.clock.nowMs();
    const expired = this.idle.filter(({ idleUntilMs }) => idleUntilMs <= nowMs);
    for (const connection of expired) connection.abort();
    const next = Math.min(...this.idle.map(({ idleUntilMs }) => idleUntilMs));
    if (next < Infinity) this.armSweep(next - nowMs);
  }

  private stopSweep(): void {
    this.cancelSweep?.();
    this.cancelSweep = null;
  }
}
