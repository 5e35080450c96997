import { postRaw } from '../api/playground.js';
import { moveColumn } from '../logic/columns.js';
import { readChatEvent } from '../logic/chat-stream.js';
import { endPhase, enterPhase, type PhaseTimes, ReasoningSplitter } from '../logic/load-test.js';
import { SseParser } from '../logic/sse-parser.js';
import { isNumber, isString, stored } from './stored.svelte.js';

/** One request of the load test. */
export interface LoadTestRun {
  readonly id: number;
  readonly model: string;
  status: 'waiting' | 'streaming' | 'done' | 'error';
  phases: readonly PhaseTimes[];
  notes: string;
  reasoning: string;
  content: string;
  error: string;
  /** Milliseconds from sending to the end; null while it runs. */
  totalMs: number | null;
}

interface Queued {
  readonly id: number;
  readonly model: string;
}

const EXAMPLE = 'Write three sentences about a herd crossing a river.';

const isQueue = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    (entry) =>
      typeof (entry as Queued | null)?.id === 'number' &&
      typeof (entry as Queued | null)?.model === 'string',
  );

/** Fires one streaming chat per queued model, all together. */
class LoadTest {
  runs = $state<LoadTestRun[]>([]);
  running = $state(false);
  nowMs = $state(0);
  readonly queue = stored<Queued[]>('concurrency-test-list', [], isQueue);
  readonly prompt = stored<string>('concurrency-prompt', EXAMPLE, isString);
  readonly maxTokens = stored<number>('concurrency-max-tokens', 256, isNumber);
  private abort: AbortController | null = null;
  private startedMs = 0;

  add(model: string): void {
    const id = Math.max(0, ...this.queue.value.map((entry) => entry.id)) + 1;
    this.queue.value = [...this.queue.value, { id, model }];
  }

  remove(id: number): void {
    this.queue.value = this.queue.value.filter((entry) => entry.id !== id);
    this.runs = this.runs.filter((run) => run.id !== id);
  }

  /** Moves a request's card by some places; the order is also that of the timeline. */
  move(id: number, step: number): void {
    if (this.running) return;
    const order = moved(this.queue.value, id, step);
    this.queue.value = order;
    const place = new Map(order.map((entry, index) => [entry.id, index]));
    this.runs = this.runs.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
  }

  clear(): void {
    this.queue.value = [];
    this.runs = [];
  }

  reset(): void {
    this.prompt.value = EXAMPLE;
    this.maxTokens.value = 256;
  }

  stop(): void {
    this.abort?.abort();
  }

  async go(): Promise<void> {
    if (this.running) return;
    const abort = new AbortController();
    this.abort = abort;
    this.running = true;
    this.startedMs = performance.now();
    this.nowMs = 0;
    this.runs = this.queue.value.map((entry) => newRun(entry));
    const clock = setInterval(() => (this.nowMs = performance.now() - this.startedMs), 50);
    await Promise.all(this.runs.map((run) => this.one(run, abort.signal)));
    clearInterval(clock);
    this.nowMs = performance.now() - this.startedMs;
    this.running = false;
  }

  private async one(run: LoadTestRun, signal: AbortSignal): Promise<void> {
    run.phases = enterPhase([], 'waiting', 0);
    try {
      await this.stream(run, signal);
      run.status = run.error ? 'error' : 'done';
    } catch (error) {
      run.status = 'error';
      run.error = signal.aborted ? 'stopped' : (error as Error).message;
    }
    run.totalMs = this.elapsed();
    run.phases = endPhase(run.phases, run.totalMs);
  }

  private async stream(run: LoadTestRun, signal: AbortSignal): Promise<void> {
    const body = {
      model: run.model,
      stream: true,
      max_tokens: this.maxTokens.value,
      messages: [{ role: 'user', content: this.prompt.value }],
    };
    const response = await postRaw('/v1/chat/completions', body, signal);
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser();
    const splitter = new ReasoningSplitter();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        this.apply(run, splitter, event.data);
      }
    }
  }

  private apply(run: LoadTestRun, splitter: ReasoningSplitter, data: string): void {
    const delta = readChatEvent('v1/chat/completions', data);
    if (!delta) return;
    run.status = 'streaming';
    if (delta.reasoning) {
      const { notes, own } = splitter.push(delta.reasoning);
      if (notes) run.phases = enterPhase(run.phases, 'loading', this.elapsed());
      if (own.trim()) run.phases = enterPhase(run.phases, 'reasoning', this.elapsed());
      run.notes += notes;
      run.reasoning += own;
    }
    if (delta.text) {
      run.phases = enterPhase(run.phases, 'content', this.elapsed());
      run.content += delta.text;
    }
    if (delta.error) run.error = delta.error;
  }

  private elapsed(): number {
    return performance.now() - this.startedMs;
  }
}

function moved(queue: readonly Queued[], id: number, step: number): Queued[] {
  const ids = queue.map((entry) => String(entry.id));
  const byId = new Map(queue.map((entry) => [String(entry.id), entry]));
  return moveColumn(ids, String(id), step).map((one) => byId.get(one)!);
}

function newRun({ id, model }: Queued): LoadTestRun {
  const texts = { notes: '', reasoning: '', content: '', error: '' };
  return { id, model, status: 'waiting', phases: [], ...texts, totalMs: null };
}

export const loadTest = new LoadTest();
