import { CancelTimer, Clock } from '#lib/foundation';
import { PluginConfigError } from '#lib/plugin-api';
import { CallBudget, LONGEST_WAIT_MS, SLOW_CPU_MS, STRIKES } from './call-budget.js';
import { OpenPluginLine, PluginLine } from './plugin-line.interface.js';
import { FromPlugin, WireAsk, WireCall, WireReturn, WireThrow } from './plugin-wire.interface.js';

/** Time without an answer after which a plugin hangs, milliseconds. */
const HUNG_AFTER_MS = 1000;

/** Wait for a plugin while nobody is served yet, milliseconds. */
const PATIENT_WAIT_MS = 10_000;

/** Functions that a plugin may call back. */
export type Asked = Readonly<Record<string, (...args: never[]) => unknown>>;

/** One call of a method in the plugin's thread. */
export interface PluginCall extends Omit<WireCall, 'kind' | 'id' | 'asks'> {
  /** What the plugin may ask while the call lasts. */
  readonly asks?: Asked;
  /** The functions of `asks` become members of the last argument. */
  readonly givesAsks?: boolean;
}

/** What a call has brought: a value, or nothing in the time there was. */
export type PluginAnswer = { readonly kind: 'value'; readonly value: unknown } | typeof LATE;

/** There was no answer in time; what the plugin would have decided must be decided without it. */
export const LATE = { kind: 'late' } as const;

/** What a {@link PluginThread} works with. */
export interface PluginThreadTools {
  readonly clock: Clock;
  readonly open: OpenPluginLine;
  /** The plugin was cut off, and why. */
  readonly cutOff: (reason: string) => void;
}

/**
 * A plugin in a thread of its own. Calls are synchronous and wait 50 ms at most; a plugin that is
 * slow, hangs or dies is cut off: its thread is ended and a new one stands by for the next
 * configuration.
 */
export class PluginThread {
  /** Increases when the plugin is cut off; what was created before is gone. */
  generation = 0;
  private readonly budget: CallBudget;
  private line: PluginLine | null = null;
  private lastId = 0;
  private lastObject = 0;
  /** Call without an answer so far; the thread is busy with it. */
  private unanswered: WireCall | null = null;
  private unansweredAsks: Asked = {};
  private cancelHung: CancelTimer = () => {};
  private isPatient = true;
  private isClosed = false;

  constructor(private readonly tools: PluginThreadTools) {
    this.budget = new CallBudget(tools.clock);
  }

  /** Starts the thread. @throws Error when the plugin cannot be constructed there. */
  async start(): Promise<void> {
    const line = await this.tools.open();
    if (this.isClosed) return line.close();
    line.onEnded((reason) => {
      if (this.line === line) this.cutOff(reason);
    });
    this.line = line;
  }

  /** From now on requests are served: no call may take longer than 50 ms. */
  hurry(): void {
    this.isPatient = false;
  }

  /** A number under which a result can be kept. */
  nextObject(): number {
    return ++this.lastObject;
  }

  /**
   * Calls a method.
   *
   * @throws PluginConfigError or Error as the plugin does.
   */
  call({ asks, givesAsks, ...order }: PluginCall): PluginAnswer {
    const { line } = this;
    if (!line) return LATE;
    if (this.unanswered) this.look(line);
    if (this.unanswered || this.line !== line) return LATE;
    const names = givesAsks ? Object.keys(asks ?? {}) : undefined;
    const call: WireCall = { kind: 'call', id: ++this.lastId, ...order, asks: names };
    this.unanswered = call;
    this.unansweredAsks = asks ?? {};
    line.send(call);
    const answer = this.await(line);
    if (!answer) return this.late();
    return valueOf(answer);
  }

  /** Forgets a result that was kept. */
  drop(object: number, generation: number): void {
    if (generation === this.generation) this.line?.send({ kind: 'drop', object });
  }

  /** Ends the thread and begins another one for the next configuration. */
  cutOff(reason: string): void {
    const { line } = this;
    if (!line) return;
    this.generation += 1;
    this.forget();
    this.line = null;
    line.close();
    this.tools.cutOff(reason);
    // A plugin that cannot even be started again stays cut off; the next configuration says so.
    this.start().catch(() => {});
  }

  /** Ends the thread for good. */
  close(): void {
    this.isClosed = true;
    this.forget();
    this.line?.close();
    this.line = null;
  }

  /** Waits for the answer, serving what the plugin asks meanwhile; null: not in time. */
  private await(line: PluginLine): WireReturn | WireThrow | null {
    let leftMs = this.isPatient ? PATIENT_WAIT_MS : this.budget.leftMs;
    for (;;) {
      const message = line.receive();
      if (message) {
        const answer = this.take(line, message);
        if (answer) return answer;
        continue;
      }
      if (leftMs <= 0) return null;
      const beganMs = this.tools.clock.nowMs();
      const came = line.wait(leftMs);
      const waitedMs = this.tools.clock.nowMs() - beganMs;
      leftMs = came ? leftMs - waitedMs : 0;
      if (!this.isPatient) this.budget.spend(waitedMs);
    }
  }

  /** Looks whether a late answer has come. */
  private look(line: PluginLine): void {
    for (let message = line.receive(); message; message = line.receive()) {
      this.take(line, message);
    }
  }

  private take(line: PluginLine, message: FromPlugin): WireReturn | WireThrow | null {
    if (message.kind === 'ask') {
      this.answer(line, message);
      return null;
    }
    if (message.id !== this.unanswered?.id) return null;
    const { method } = this.unanswered;
    this.forget();
    if (!this.isPatient && this.budget.isExhaustedBy(message.cpuMs)) {
      const last = `the last one, ${method}, ${Math.round(message.cpuMs)} ms of processor time`;
      this.cutOff(`${STRIKES} calls took more than ${SLOW_CPU_MS} ms, ${last}`);
    }
    return message;
  }

  private answer(line: PluginLine, { method, args }: WireAsk): void {
    const asked = this.unansweredAsks[method] as ((...given: readonly unknown[]) => unknown) | null;
    try {
      line.send({ kind: 'answer', value: asked?.(...args) });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      line.send({ kind: 'answer', value: undefined, error: text });
    }
  }

  private late(): typeof LATE {
    const call = this.unanswered;
    const inTimeMs = this.isPatient ? PATIENT_WAIT_MS : LONGEST_WAIT_MS;
    this.cancelHung();
    this.cancelHung = this.tools.clock.after(HUNG_AFTER_MS, () => {
      if (this.line) this.look(this.line);
      if (call && this.unanswered === call) {
        this.cutOff(`${call.method} has not answered within ${inTimeMs + HUNG_AFTER_MS} ms`);
      }
    });
    return LATE;
  }

  private forget(): void {
    this.unanswered = null;
    this.unansweredAsks = {};
    this.cancelHung();
    this.cancelHung = () => {};
  }
}

function valueOf(answer: WireReturn | WireThrow): PluginAnswer {
  if (answer.kind === 'return') return { kind: 'value', value: answer.value };
  if (answer.problems) throw new PluginConfigError(answer.problems);
  throw new Error(answer.message);
}
