import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { PluginConfigError } from '#lib/plugin-api';
import { ScriptedAnswer, ScriptedLine } from '../testing/scripted-line.js';
import { PluginAnswer, PluginThread } from './plugin-thread.js';
import { WireCall } from './plugin-wire.interface.js';

type Script = (call: WireCall) => ScriptedAnswer;

async function started(script: Script, isServing = true) {
  const clock = new VirtualClock();
  const reasons: string[] = [];
  const lines: ScriptedLine[] = [];
  const thread = new PluginThread({
    clock,
    open: () => {
      const line = new ScriptedLine(clock, script);
      lines.push(line);
      return Promise.resolve(line);
    },
    cutOff: (reason) => reasons.push(reason),
  });
  await thread.start();
  if (isServing) thread.hurry();
  const call = (method = 'plan', ...args: unknown[]): PluginAnswer =>
    thread.call({ object: 1, method, args });
  return { clock, reasons, lines, thread, call };
}

describe('a plugin in a thread of its own', () => {
  it('is called and answers', async () => {
    const { call, lines, clock } = await started(() => ({ afterMs: 3, value: 'x' }));
    expect(call('plan', 7)).toEqual({ kind: 'value', value: 'x' });
    expect(lines[0]!.sent).toMatchObject([{ kind: 'call', object: 1, method: 'plan', args: [7] }]);
    expect(clock.nowMs()).toBe(3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('may throw, with the problems of its settings', async () => {
    const problems = [{ path: 'most', message: 'too much' }];
    const { call } = await started(({ method }) =>
      method === 'plan' ? { afterMs: 0, error: 'oh' } : { afterMs: 0, error: '', problems },
    );
    expect(() => call('plan')).toThrow('oh');
    expect(() => call('createPlanner')).toThrow(PluginConfigError);
  });

  it('is waited for no longer than 50 ms, and is cut off after another second', async () => {
    const { call, clock, reasons, lines } = await started(() => ({}));
    expect(call()).toEqual({ kind: 'late' });
    expect(clock.nowMs()).toBe(50);
    expect(call()).toEqual({ kind: 'late' });
    expect(clock.nowMs()).toBe(50);
    await clock.advanceAsync(999);
    expect(reasons).toEqual([]);
    await clock.advanceAsync(1);
    expect(reasons).toEqual(['plan has not answered within 1050 ms']);
    expect(lines.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('holds up no longer with many calls than with one', async () => {
    const { call, clock } = await started(() => ({ afterMs: 10, cpuMs: 1 }));
    for (let count = 0; count < 100; count += 1) call();
    expect(clock.nowMs()).toBe(50);
    clock.advance(20);
    expect(call()).toEqual({ kind: 'value', value: undefined });
  });

  it('is used again when its answer was only late, because the machine was busy', async () => {
    const { call, clock, reasons } = await started(() => ({ afterMs: 200, cpuMs: 2 }));
    for (let count = 0; count < 10; count += 1) {
      expect(call()).toEqual({ kind: 'late' });
      clock.advance(500);
    }
    expect(reasons).toEqual([]);
  });

  it('is cut off after three slow calls within a minute', async () => {
    const { call, clock, reasons, thread } = await started(() => ({ afterMs: 30 }));
    call();
    clock.advance(61_000);
    call();
    clock.advance(1000);
    call();
    clock.advance(1000);
    expect(reasons).toEqual([]);
    expect(call()).toEqual({ kind: 'value', value: undefined });
    const text = '3 calls took more than 20 ms, the last one, plan, 30 ms of processor time';
    expect(reasons).toEqual([text]);
    expect(thread.generation).toBe(1);
  });

  it('is cut off when its thread ends', async () => {
    const { lines, reasons, call } = await started(() => ({ afterMs: 0 }));
    lines[0]!.end('out of memory');
    expect(reasons).toEqual(['out of memory']);
    expect(call()).toEqual({ kind: 'late' });
  });

  it('has more time while nobody is served yet', async () => {
    const { call, reasons } = await started(() => ({ afterMs: 4000 }), false);
    expect(call('createPlanner').kind).toBe('value');
    expect(reasons).toEqual([]);
  });

  it('may ask back, and gets what the asked function throws', async () => {
    const { thread, lines, clock } = await started(() => ({ afterMs: 5, value: 'done' }));
    const ask = (): void => {
      lines[0]!.push({ kind: 'ask', method: 'resolve', args: ['alias'] });
      lines[0]!.push({ kind: 'ask', method: 'fails', args: [] });
    };
    ask();
    const asks = {
      resolve: (name: string) => `${name}!`,
      fails: () => {
        throw new Error('no');
      },
    };
    const order = { object: 0, method: 'createPlanner', args: [{}], asks, givesAsks: true };
    expect(thread.call(order)).toEqual({ kind: 'value', value: 'done' });
    expect(lines[0]!.sent[0]).toMatchObject({ asks: ['resolve', 'fails'] });
    expect(lines[0]!.sent.slice(1)).toEqual([
      { kind: 'answer', value: 'alias!' },
      { kind: 'answer', value: undefined, error: 'no' },
    ]);
    expect(clock.nowMs()).toBe(5);
  });

  it('is forgotten when it is closed', async () => {
    const { thread, lines, call, clock } = await started(() => ({}));
    call();
    thread.close();
    expect(lines[0]!.isClosed).toBe(true);
    expect(call()).toEqual({ kind: 'late' });
    expect(clock.pendingTimers).toBe(0);
  });
});
