import { describe, expect, it } from 'vitest';
import { SerialTrigger } from './serial-trigger.js';

/** A task whose runs end only when told to. */
function gated() {
  const runs: { input: string; end: (result: string) => void; fail: () => void }[] = [];
  const trigger = new SerialTrigger<string, string>((input) => {
    const gate = Promise.withResolvers<string>();
    const fail = () => gate.reject(new Error(`failed ${input}`));
    runs.push({ input, end: gate.resolve, fail });
    return gate.promise;
  });
  return { runs, trigger };
}

/** Lets every promise that can settle settle. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe('SerialTrigger', () => {
  it('runs at once when nothing runs', async () => {
    const { runs, trigger } = gated();
    const first = trigger.trigger('a');
    expect(trigger.isRunning).toBe(true);
    runs[0]!.end('done');
    expect(await first).toBe('done');
    await settle();
    expect(trigger.isRunning).toBe(false);
  });

  it('serves all triggers of a run by one further run, with the latest input', async () => {
    const { runs, trigger } = gated();
    const results = ['a', 'b', 'c'].map((input) => trigger.trigger(input));
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]!.end('first');
    await settle();
    expect(runs.map((run) => run.input)).toEqual(['a', 'c']);
    runs[1]!.end('second');
    expect(await Promise.all(results)).toEqual(['first', 'second', 'second']);
  });

  it('never runs twice at a time, however triggers and ends alternate', async () => {
    const { runs, trigger } = gated();
    void trigger.trigger('a');
    void trigger.trigger('b');
    runs[0]!.end('');
    await settle();
    void trigger.trigger('c');
    await settle();
    expect(runs.map((run) => run.input)).toEqual(['a', 'b']);
    runs[1]!.end('');
    await settle();
    expect(runs.map((run) => run.input)).toEqual(['a', 'b', 'c']);
    runs[2]!.end('');
    await settle();
    expect(trigger.isRunning).toBe(false);
  });

  it('joins a trigger that comes between the end of a run and the start of the next', async () => {
    const { runs, trigger } = gated();
    void trigger.trigger('a');
    void trigger.trigger('b');
    runs[0]!.end('');
    for (let turn = 0; turn < 10 && runs.length === 1; turn++) {
      void trigger.trigger(`late ${turn}`);
      await Promise.resolve();
    }
    expect(runs).toHaveLength(2);
    expect(runs[1]!.input).toMatch(/^late/);
  });

  it('goes on after a run that failed', async () => {
    const { runs, trigger } = gated();
    const first = trigger.trigger('a');
    const second = trigger.trigger('b');
    runs[0]!.fail();
    await expect(first).rejects.toThrow('failed a');
    await settle();
    runs[1]!.end('fine');
    expect(await second).toBe('fine');
  });
});
