import { describe, expect, it } from 'vitest';
import { PluginConfigError } from '#lib/plugin-api';
import { PluginDesk } from './plugin-desk.js';
import { FromPlugin, WireCall } from './plugin-wire.interface.js';

function deskOf(plugin: object) {
  const sent: FromPlugin[] = [];
  const asked: unknown[] = [];
  const ask = (method: string, args: readonly unknown[]): unknown => {
    asked.push([method, ...args]);
    return `${method} says`;
  };
  let spentMs = 0;
  const desk = new PluginDesk(plugin, {
    ask,
    send: (message) => sent.push(message),
    cpuMs: () => (spentMs += 2),
  });
  const call = (order: Partial<WireCall>): FromPlugin => {
    desk.handle({ kind: 'call', id: 1, object: 0, method: '', args: [], ...order });
    return sent.at(-1)!;
  };
  return { desk, call, asked };
}

describe("the plugin's side of its thread", () => {
  it('calls the plugin and tells the processor time', () => {
    const { call } = deskOf({ twice: (value: number) => value * 2 });
    const answer = { kind: 'return', id: 1, value: 8, cpuMs: 2 };
    expect(call({ method: 'twice', args: [4] })).toEqual(answer);
  });

  it('keeps what is created, calls it, and drops it', () => {
    const { desk, call } = deskOf({ create: (word: string) => ({ say: () => word }) });
    expect(call({ method: 'create', args: ['hi'], keepAs: 5 })).toMatchObject({ value: undefined });
    expect(call({ object: 5, method: 'say' })).toMatchObject({ value: 'hi' });
    desk.handle({ kind: 'drop', object: 5 });
    expect(call({ object: 5, method: 'say' })).toMatchObject({ value: undefined });
  });

  it('answers nothing for an optional method that is not there', () => {
    expect(deskOf({}).call({ method: 'swapStarted' })).toMatchObject({ kind: 'return' });
  });

  it('tells what is thrown, with the problems of settings', () => {
    const problems = [{ path: 'most', message: 'too much' }];
    const { call } = deskOf({
      bad: () => {
        throw new PluginConfigError(problems);
      },
      worse: () => {
        throw 'text';
      },
    });
    expect(call({ method: 'bad' })).toMatchObject({ kind: 'throw', problems });
    expect(call({ method: 'worse' })).toMatchObject({ kind: 'throw', message: 'text' });
  });

  it('gives functions that ask back with the last argument', () => {
    const { call, asked } = deskOf({
      create: ({ word, resolve }: { word: string; resolve: (name: string) => string }) =>
        `${word} ${resolve('x')}`,
    });
    const order = { method: 'create', args: [{ word: 'so' }], asks: ['resolve'] };
    expect(call(order)).toMatchObject({ value: 'so resolve says' });
    expect(asked).toEqual([['resolve', 'x']]);
  });

  it("runs a timer's callback once, and not after it was cancelled", () => {
    const fired: string[] = [];
    type After = (delayMs: number, run: () => void) => () => void;
    const { call, asked } = deskOf({
      begin: ({ after }: { after: After }) => {
        after(10, () => fired.push('first'));
        const cancel = after(20, () => fired.push('second'));
        cancel();
        cancel();
      },
    });
    call({ method: 'begin', args: [{}], asks: ['after'] });
    expect(asked).toEqual([
      ['after', 10, 1],
      ['after', 20, 2],
      ['cancelTimer', 2],
    ]);
    call({ method: 'fire', args: [1] });
    call({ method: 'fire', args: [1] });
    call({ method: 'fire', args: [2] });
    expect(fired).toEqual(['first']);
  });
});
