import { beforeEach, describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import { ModelState } from '#lib/plugin-api';
import { ModelStates } from '../composition/model-states.interface.js';
import { CallCutter } from './call.cutter.js';

class FakeStates implements ModelStates {
  readonly listeners = new Set<(model: string) => void>();
  private readonly states = new Map<string, ModelState>();

  stateOf(model: string): ModelState {
    return this.states.get(model) ?? 'stopped';
  }

  upstreamOf(): null {
    return null;
  }

  onState(listener: (model: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  become(model: string, ...states: readonly ModelState[]): void {
    for (const state of states) {
      this.states.set(model, state);
      for (const listener of this.listeners) listener(model);
    }
  }
}

describe('CallCutter', () => {
  let clock: VirtualClock;
  let states: FakeStates;
  let cutter: CallCutter;
  let cuts: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    states = new FakeStates();
    cutter = new CallCutter(states, clock);
    cuts = [];
    states.become('m', 'starting', 'ready');
  });

  function enter(name: string, model = 'm'): () => void {
    return cutter.enter(model, { cut: ({ code }: DroverError) => cuts.push(`${name} ${code}`) });
  }

  it.each<[ModelState[]]>([
    [['stopping', 'stopped']],
    [['stopped']],
    [['shutdown']],
    [['stopping', 'stopped', 'starting', 'ready']],
  ])('cuts a call a second after its model has become %j', (path) => {
    enter('a');
    states.become('m', ...path);
    clock.advance(999);
    expect(cuts).toEqual([]);
    clock.advance(1);
    expect(cuts).toEqual(['a UPSTREAM_UNREACHABLE']);
  });

  it('leaves a call alone while the server may complete it', () => {
    enter('a');
    states.become('m', 'stopping');
    clock.advance(60_000);
    expect([cuts, clock.pendingTimers]).toEqual([[], 0]);
  });

  it('leaves calls of other models and of the next life alone', () => {
    states.become('other', 'starting', 'ready');
    enter('other', 'other');
    enter('old');
    states.become('m', 'stopped', 'starting', 'ready');
    enter('new');
    clock.advance(60_000);
    expect(cuts).toEqual(['old UPSTREAM_UNREACHABLE']);
  });

  it('needs no timer for calls that have ended', () => {
    const leave = [enter('a'), enter('b')];
    leave[0]!();
    states.become('m', 'stopped');
    expect(clock.pendingTimers).toBe(1);
    leave[1]!();
    expect(clock.pendingTimers).toBe(0);
    states.become('m', 'starting', 'ready', 'stopped');
    expect([cuts, clock.pendingTimers]).toEqual([[], 0]);
  });

  it('ends with the program', () => {
    enter('a');
    states.become('m', 'stopped');
    cutter.onModuleDestroy();
    expect([clock.pendingTimers, states.listeners.size]).toEqual([0, 0]);
  });
});
