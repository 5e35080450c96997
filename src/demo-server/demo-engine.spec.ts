import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { Answer } from './demo-answer.js';
import { DemoEngine, Task } from './demo-engine.js';
import { tokenize } from './demo-tokenizer.js';
import { slotJson } from './slot-json.js';

const never = new AbortController().signal;

function engineOf(slots = 1) {
  const clock = new VirtualClock();
  const speeds = { tokensPerSecond: 10, promptTokensPerSecond: 100 };
  return { clock, engine: new DemoEngine({ slots, ctxSize: 100 * slots, ...speeds }, clock) };
}

function answer(count: number): Answer {
  const pieces = Array.from({ length: count }, (_, at) => ` ${at}`);
  return { pieces, stopType: 'eos', stoppingWord: '' };
}

function task(text: string, changed: Partial<Task> = {}): Task {
  return { prompt: tokenize(text), answer: answer(5), stream: true, signal: never, ...changed };
}

/** Message of the refusal that a promise comes to; null when it is kept. */
function reasonOf(promise: Promise<unknown>): Promise<string | null> {
  return promise.then(
    () => null,
    (error: Error) => error.message,
  );
}

describe('DemoEngine', () => {
  it('takes the time that its speeds say, and measures it', async () => {
    const { clock, engine } = engineOf();
    const at: number[] = [];
    const done = engine.run(task('ab cd ef gh', { onPiece: () => void at.push(clock.nowMs()) }));
    await clock.advanceAsync(1000);
    expect(at).toEqual([140, 240, 340, 440, 540]);
    expect((await done).measure).toEqual({
      cached: 0,
      prompt: 4,
      promptMs: 40,
      predicted: 5,
      predictedMs: 500,
    });
  });

  it('works on as many tasks as it has slots and lets the others wait in order', async () => {
    const { clock, engine } = engineOf(2);
    const ended: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      void engine.run(task(name)).then(() => ended.push(name));
    }
    await clock.advanceAsync(100);
    expect([engine.pool.busy, engine.pool.deferred]).toEqual([2, 2]);
    await clock.advanceAsync(500);
    expect(ended).toEqual(['a', 'b']);
    expect([engine.pool.busy, engine.pool.deferred]).toEqual([2, 0]);
    await clock.advanceAsync(1000);
    expect(ended).toEqual(['a', 'b', 'c', 'd']);
    expect(engine.pool.busy).toBe(0);
  });

  it('reuses the beginning of a prompt that a slot still holds', async () => {
    const { clock, engine } = engineOf(2);
    void engine.run(task('tell me about sheep', { answer: null }));
    await clock.advanceAsync(1000);
    const again = engine.run(task('tell me about goats', { answer: null }));
    await clock.advanceAsync(1000);
    expect(await again).toMatchObject({ slotId: 0, measure: { cached: 3, prompt: 1 } });
  });

  it('processes at least the last token of a known prompt', async () => {
    const { clock, engine } = engineOf();
    void engine.run(task('same words', { answer: null }));
    await clock.advanceAsync(1000);
    const again = engine.run(task('same words', { answer: null }));
    await clock.advanceAsync(1000);
    expect((await again).measure).toMatchObject({ cached: 1, prompt: 1 });
  });

  it.each([5, 250])('frees the slot when the client leaves after %d ms', async (leftMs) => {
    const { clock, engine } = engineOf();
    const client = new AbortController();
    const run = engine.run(task('ab cd', { signal: client.signal }));
    const refused = reasonOf(run);
    await clock.advanceAsync(leftMs);
    expect(engine.pool.busy).toBe(1);
    client.abort(new Error('gone'));
    expect(await refused).toBe('gone');
    expect(engine.pool.busy).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('forgets a waiting task whose client leaves', async () => {
    const { clock, engine } = engineOf();
    const client = new AbortController();
    const first = engine.run(task('first'));
    const second = engine.run(task('second', { signal: client.signal }));
    const third = engine.run(task('third'));
    const refused = reasonOf(second);
    client.abort(new Error('gone'));
    expect(await refused).toBe('gone');
    expect(engine.pool.deferred).toBe(1);
    await clock.advanceAsync(2000);
    expect([(await first).taskId, (await third).taskId]).toEqual([0, 1]);
  });

  it('refuses a client that has left before it began', async () => {
    const { engine } = engineOf();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(engine.run(task('x', { signal }))).rejects.toThrow('gone');
    expect(engine.pool.busy).toBe(0);
  });

  it('shows a slot at work, and one that was never used without task members', async () => {
    const { clock, engine } = engineOf(2);
    void engine.run(task('ab cd ef'));
    await clock.advanceAsync(30 + 210);
    const [first, second] = engine.pool.slots.map(slotJson);
    expect(first).toMatchObject({
      id: 0,
      n_ctx: 100,
      is_processing: true,
      id_task: 0,
      n_prompt_tokens: 5,
      n_prompt_tokens_processed: 3,
      n_prompt_tokens_cache: 0,
      next_token: [{ has_next_token: true, n_decoded: 2, n_remain: 3 }],
    });
    expect(second).toEqual({ id: 1, n_ctx: 100, speculative: false, is_processing: false });
  });

  it('counts totals when a task ends, and averages its speed since the last look', async () => {
    const { clock, engine } = engineOf();
    const page = (): string[] =>
      engine.metrics
        .page({ processing: engine.pool.busy, deferred: engine.pool.deferred })
        .split('\n')
        .filter((line) => line.startsWith('llamacpp:'))
        .map((line) => line.replace('llamacpp:', ''));
    void engine.run(task('ab cd ef gh'));
    await clock.advanceAsync(200);
    expect(page()).toContain('tokens_predicted_total 0');
    expect(page()).toContain('requests_processing 1');
    await clock.advanceAsync(1000);
    expect(page()).toEqual([
      'prompt_tokens_total 4',
      'prompt_tokens_cached_total 0',
      'prompt_seconds_total 0.04',
      'tokens_predicted_total 5',
      'tokens_predicted_seconds_total 0.5',
      'n_decode_total 5',
      'n_tokens_max 9',
      'prompt_tokens_seconds 100',
      'predicted_tokens_seconds 10',
      'requests_processing 0',
      'requests_deferred 0',
      'n_busy_slots_per_decode 1',
    ]);
    expect(page()).toContain('predicted_tokens_seconds 0');
  });

  it('lets others have their turn when it is as fast as possible', async () => {
    const clock = new VirtualClock();
    const speeds = { tokensPerSecond: 0, promptTokensPerSecond: 0 };
    const engine = new DemoEngine({ slots: 1, ctxSize: 2000, ...speeds }, clock);
    const run = engine.run(task('x', { answer: answer(1100) }));
    await clock.advanceAsync(0);
    expect((await run).measure).toMatchObject({ predicted: 1100, predictedMs: 0 });
  });
});
