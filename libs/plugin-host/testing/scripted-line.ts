import { VirtualClock } from '#lib/foundation';
import { PluginLine } from '../isolation/plugin-line.interface.js';
import { FromPlugin, ToPlugin, WireCall } from '../isolation/plugin-wire.interface.js';

/** What a scripted plugin does with a call: it answers after a time, or never. */
export interface ScriptedAnswer {
  /** Wall-clock time until the answer, milliseconds; absent: it never comes. */
  readonly afterMs?: number;
  /** Processor time that it says it took; default: `afterMs`. */
  readonly cpuMs?: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
}

/** A line to a plugin whose every answer is written down beforehand, on a virtual clock. */
export class ScriptedLine implements PluginLine {
  readonly sent: ToPlugin[] = [];
  isClosed = false;
  private readonly due: { readonly atMs: number; readonly message: FromPlugin }[] = [];
  private ended: (reason: string) => void = () => {};

  constructor(
    private readonly clock: VirtualClock,
    private readonly script: (call: WireCall) => ScriptedAnswer,
  ) {}

  send(message: ToPlugin): void {
    this.sent.push(message);
    if (message.kind !== 'call') return;
    const { afterMs, cpuMs = afterMs ?? 0, value, error, problems } = this.script(message);
    if (afterMs === undefined) return;
    const { id } = message;
    const answer: FromPlugin =
      error === undefined
        ? { kind: 'return', id, value, cpuMs }
        : { kind: 'throw', id, message: error, problems, cpuMs };
    this.push(answer, afterMs);
  }

  /** The plugin sends something by itself. */
  push(message: FromPlugin, afterMs = 0): void {
    this.due.push({ atMs: this.clock.nowMs() + afterMs, message });
  }

  receive(): FromPlugin | undefined {
    const [first] = this.due;
    if (!first || first.atMs > this.clock.nowMs()) return undefined;
    this.due.shift();
    return first.message;
  }

  /** Time passes, but nothing else happens meanwhile: the thread is blocked. */
  wait(waitMs: number): boolean {
    const leftMs = (this.due[0]?.atMs ?? Infinity) - this.clock.nowMs();
    this.clock.block(Math.min(waitMs, leftMs));
    return leftMs <= waitMs;
  }

  onEnded(listener: (reason: string) => void): void {
    this.ended = listener;
  }

  /** The thread ends by itself. */
  end(reason: string): void {
    this.ended(reason);
  }

  close(): void {
    this.isClosed = true;
  }
}
