import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { DiskWatch } from './disk.watch.js';
import { DiskSpace } from './host-sample.interface.js';

const SPACE = [{ path: '/models', totalBytes: 2, freeBytes: 1 }];

function setup() {
  const clock = new VirtualClock(0);
  const questions: PromiseWithResolvers<readonly DiskSpace[]>[] = [];
  const watch = new DiskWatch(() => {
    questions.push(Promise.withResolvers());
    return questions.at(-1)!.promise;
  }, clock);
  return { clock, questions, watch };
}

describe('DiskWatch', () => {
  it('tells what is answered', async () => {
    const { clock, questions, watch } = setup();
    const answer = watch.read();
    questions[0]!.resolve(SPACE);
    expect(await answer).toEqual(SPACE);
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits for a file system that hangs once, for a second, and asks on when it answers', async () => {
    const { clock, questions, watch } = setup();
    const answer = watch.read();
    await clock.advanceAsync(1000);
    expect(await answer).toEqual([]);
    expect(await watch.read()).toEqual([]);
    expect(questions).toHaveLength(1);
    questions[0]!.resolve(SPACE);
    await clock.advanceAsync(0);
    const next = watch.read();
    questions[1]!.resolve(SPACE);
    expect(await next).toEqual(SPACE);
  });

  it('takes a failure for nothing known', async () => {
    const { questions, watch } = setup();
    const answer = watch.read();
    questions[0]!.reject(new Error('EIO'));
    expect(await answer).toEqual([]);
  });
});
