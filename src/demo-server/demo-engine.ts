import { Clock } from '#lib/foundation';
import { Answer } from './demo-answer.js';
import { DemoMetrics } from './demo-metrics.js';
import { Token, tokenId } from './demo-tokenizer.js';
import { commonPrefix, Slot, SlotPool } from './slot-pool.js';
import { TaskMeasure } from './timings.js';

/** Speeds and sizes of a {@link DemoEngine}. */
export interface EngineOptions {
  readonly slots: number;
  readonly ctxSize: number;
  readonly tokensPerSecond: number;
  readonly promptTokensPerSecond: number;
}

/** One piece of work. */
export interface Task {
  readonly prompt: readonly Token[];
  /** Null when only the prompt is read, as for embeddings. */
  readonly answer: Answer | null;
  readonly stream: boolean;
  readonly signal: AbortSignal;
  /** Told each piece as it comes; generation waits for it. */
  readonly onPiece?: (piece: string, soFar: TaskMeasure) => Promise<void> | void;
}

/** What became of a task. */
export interface TaskResult {
  readonly taskId: number;
  readonly slotId: number;
  readonly measure: TaskMeasure;
}

/** Tokens after which an unlimited engine lets other work have its turn. */
const TOKENS_PER_TURN = 512;

/** Works on tasks in slots at the configured speeds. It computes nothing: answers are given. */
export class DemoEngine {
  readonly pool: SlotPool;
  readonly metrics = new DemoMetrics();
  private tasks = 0;

  constructor(
    private readonly options: EngineOptions,
    private readonly clock: Clock,
  ) {
    this.pool = new SlotPool(options.slots, options.ctxSize);
  }

  /** Context of one slot in tokens. */
  get slotContext(): number {
    return this.pool.slots[0]!.contextTokens;
  }

  /**
   * Runs a task to its end. The slot is free again and the counters are up to date when the
   * promise settles, whichever way.
   * @throws the signal's reason when it aborts
   */
  async run(task: Task): Promise<TaskResult> {
    const ids = task.prompt.map(({ id }) => id);
    const slot = await this.pool.acquire(ids, task.signal);
    const taskId = this.tasks;
    this.tasks += 1;
    const measure = this.begin(slot, { taskId, ids, task });
    try {
      await this.readPrompt(slot, measure, task);
      await this.generate(slot, measure, task);
      return { taskId, slotId: slot.id, measure: { ...measure } };
    } finally {
      this.metrics.finished(measure);
      this.pool.release(slot);
    }
  }

  private begin(slot: Slot, begun: { taskId: number; ids: number[]; task: Task }): Measuring {
    const { taskId, ids, task } = begun;
    // The last token is always processed: its result is what generation starts from.
    const cached = Math.min(commonPrefix(slot.sequence, ids), Math.max(0, ids.length - 1));
    slot.taskId = taskId;
    slot.sequence = ids;
    slot.promptCached = cached;
    slot.promptProcessed = 0;
    slot.decoded = 0;
    slot.remaining = task.answer?.pieces.length ?? 0;
    slot.stream = task.stream;
    return { cached, prompt: 0, promptMs: 0, predicted: 0, predictedMs: 0 };
  }

  private async readPrompt(slot: Slot, measure: Measuring, task: Task): Promise<void> {
    const startedMs = this.clock.nowMs();
    const count = task.prompt.length - measure.cached;
    const rate = this.options.promptTokensPerSecond;
    if (rate > 0) await this.waitUntil(startedMs + (count * 1000) / rate, task.signal);
    task.signal.throwIfAborted();
    slot.promptProcessed = count;
    measure.prompt = count;
    measure.promptMs = this.clock.nowMs() - startedMs;
  }

  private async generate(slot: Slot, measure: Measuring, task: Task): Promise<void> {
    const startedMs = this.clock.nowMs();
    const rate = this.options.tokensPerSecond;
    for (const [index, piece] of (task.answer?.pieces ?? []).entries()) {
      const dueMs = rate > 0 ? startedMs + ((index + 1) * 1000) / rate : startedMs;
      const isTurnOver = rate === 0 && index % TOKENS_PER_TURN === TOKENS_PER_TURN - 1;
      if (isTurnOver || dueMs > this.clock.nowMs()) await this.waitUntil(dueMs, task.signal);
      task.signal.throwIfAborted();
      slot.decoded += 1;
      slot.remaining -= 1;
      slot.sequence.push(tokenId(piece));
      measure.predicted += 1;
      measure.predictedMs = this.clock.nowMs() - startedMs;
      this.metrics.decoded(this.pool.busy);
      await task.onPiece?.(piece, measure);
    }
  }

  private waitUntil(dueMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((done, failed) => {
      const delayMs = Math.max(0, dueMs - this.clock.nowMs());
      const stop = (): void => {
        cancel();
        failed(signal.reason);
      };
      const cancel = this.clock.after(delayMs, () => {
        signal.removeEventListener('abort', stop);
        done();
      });
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }
}

type Measuring = { -readonly [Key in keyof TaskMeasure]: TaskMeasure[Key] };
