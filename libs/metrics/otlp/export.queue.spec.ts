import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { ExportQueue, MOST_IN_EXPORT, MOST_WAITING } from './export.queue.js';
import { OtlpAnswer } from './otlp.interface.js';

type Reply = number | 'fails' | 'hangs';

/** A queue to a collector that gives the scripted answers, then 200 for ever. */
function setup(...replies: Reply[]) {
  const clock = new VirtualClock();
  const sent: number[][] = [];
  const logs: string[] = [];
  const send = async (items: readonly number[], signal: AbortSignal): Promise<OtlpAnswer> => {
    sent.push([...items]);
    const reply = replies.shift() ?? 200;
    if (reply === 'fails') throw new Error('ECONNREFUSED');
    if (reply === 'hangs') {
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    }
    return { status: reply as number, retryAfterSeconds: null };
  };
  const queue = new ExportQueue<number>({ clock, send, log: (message) => logs.push(message) });
  const fill = (count: number): void => {
    for (let item = 0; item < count; item += 1) queue.add(item);
  };
  return { clock, sent, logs, queue, fill };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('ExportQueue', () => {
  it('sends what has come together within five seconds', async () => {
    const { clock, sent, queue, fill } = setup();
    fill(3);
    clock.advance(4999);
    await settled();
    expect(sent).toEqual([]);
    clock.advance(1);
    await settled();
    expect(sent).toEqual([[0, 1, 2]]);
    expect(queue.counts).toEqual({ exported: 3, dropped: 0, failures: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('sends at once when an export is full', async () => {
    const { sent, fill } = setup();
    fill(MOST_IN_EXPORT);
    await settled();
    expect(sent.map((items) => items.length)).toEqual([MOST_IN_EXPORT]);
  });

  it('is bounded while a collector hangs, and counts what it drops', async () => {
    const { clock, queue, fill } = setup('hangs');
    fill(MOST_IN_EXPORT);
    await settled();
    fill(MOST_WAITING + 10);
    expect(queue.counts.dropped).toBe(10);
    clock.advance(10_000);
    await settled();
    clock.advance(1000);
    await settled();
    expect(queue.counts).toEqual({
      exported: MOST_IN_EXPORT + MOST_WAITING,
      dropped: 10,
      failures: 1,
    });
  });

  it('tries again what may be tried again, and says so once', async () => {
    const { clock, sent, logs, queue, fill } = setup(503, 'fails');
    fill(1);
    clock.advance(5000);
    await settled();
    for (const pauseMs of [1000, 2000]) {
      clock.advance(pauseMs);
      await settled();
    }
    expect(sent).toEqual([[0], [0], [0]]);
    expect(logs).toEqual(['exports fail: status 503', 'exports work again']);
    expect(queue.counts).toEqual({ exported: 1, dropped: 0, failures: 2 });
  });

  it('does not repeat what a collector refuses', async () => {
    const { clock, sent, queue, fill } = setup(400);
    fill(2);
    clock.advance(5000);
    await settled();
    expect(sent).toHaveLength(1);
    expect(queue.counts.dropped).toBe(2);
  });

  it('gives up after five attempts', async () => {
    const { clock, sent, queue, fill } = setup(503, 503, 503, 503, 503);
    fill(1);
    clock.advance(5000);
    for (let second = 0; second < 60; second += 1) {
      await settled();
      clock.advance(1000);
    }
    await settled();
    expect(sent).toHaveLength(5);
    expect(queue.counts.dropped).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('sends what waits when it ends, once', async () => {
    const { clock, sent, queue, fill } = setup();
    fill(2);
    await queue.close();
    expect(sent).toEqual([[0, 1]]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not wait for a dead collector when it ends', async () => {
    const { clock, queue, fill } = setup(503, 'hangs');
    fill(1);
    clock.advance(5000);
    await settled();
    const closed = queue.close();
    await settled();
    clock.advance(2000);
    await closed;
    expect(queue.counts.dropped).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
