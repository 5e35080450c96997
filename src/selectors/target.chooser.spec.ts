import { describe, expect, it } from 'vitest';
import { ConfigStore, SelectorConfig } from '#lib/config';
import { FakeCall } from '../../test/support/fake-call.js';
import { fakeConfig, fakeModel, fakePeer } from '../../test/support/fake-config.js';
import { FakeRouter } from '../../test/support/fake-router.js';
import { CallWatchers } from '../calls/call.watchers.js';
import { TargetChooser } from './target.chooser.js';
import { TargetLoads } from './target.loads.js';

function rig(strategy: SelectorConfig['strategy'], targets: readonly string[], spillover = 1) {
  const texts = { name: '', description: '', metadata: {} };
  const selector: SelectorConfig = { strategy, targets, spillover, unlisted: false, ...texts };
  const models = ['a', 'b', 'c'].map((id) => fakeModel(id, { aliases: [`${id}-alias`] }));
  const peers = new Map([['far', fakePeer('far', { models: ['x'] })]]);
  const config = fakeConfig(models, { peers, selectors: new Map([['s', selector]]) });
  const router = new FakeRouter(config);
  const watchers = new CallWatchers();
  const store = { current: config } as unknown as ConfigStore;
  const loads = new TargetLoads(store, router, watchers);
  const chooser = new TargetChooser(store, router, router, loads);
  /** Begins a call to a model; the result ends it. */
  const call = (model: string): (() => void) => {
    const followers = watchers.begin(new FakeCall(model));
    return () => followers.forEach((follower) => follower.onClosed?.());
  };
  const ends: (() => void)[] = [];
  /** Chooses as the requests of the selector do, each of which begins a call. */
  const ask = (): string => {
    const target = chooser.choose('s')!;
    ends.push(call(target));
    return target;
  };
  return { router, chooser, call, ask, ends };
}

describe('TargetChooser', () => {
  it('knows selectors only', () => {
    expect(rig('pin', ['a']).chooser.choose('a')).toBeNull();
  });

  it('pins to the first target, whatever runs', () => {
    const { router, ask } = rig('pin', ['a', 'b']);
    router.states.set('b', 'ready');
    expect([ask(), ask()]).toEqual(['a', 'a']);
  });

  it.each([
    [{}, 'a'],
    [{ b: 'ready', c: 'ready' }, 'b'],
    [{ b: 'starting', c: 'ready' }, 'c-alias'],
    [{ b: 'starting' }, 'b'],
    [{ a: 'stopping', b: 'stopping' }, 'a'],
  ] as const)('with %j running warm takes %s', (states, target) => {
    const { router, chooser } = rig('warm', ['a', 'b', 'c-alias']);
    for (const [model, state] of Object.entries(states)) router.states.set(model, state);
    expect(chooser.choose('s')).toBe(target);
  });

  it('fills a stopped target up to its spillover before it starts the next one', () => {
    const { ask } = rig('spillover', ['a', 'b', 'c'], 2);
    expect([ask(), ask(), ask(), ask(), ask(), ask()]).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('spreads over what is ready, and rotates among equals', () => {
    const { router, ask, ends } = rig('spillover', ['a', 'b']);
    router.states.set('a', 'ready').set('b', 'ready');
    expect([ask(), ask()]).toEqual(['a', 'b']);
    for (const end of ends) end();
    expect([ask(), ask()].toSorted()).toEqual(['a', 'b']);
  });

  it('overloads the least loaded when nothing is cold any more', () => {
    const { router, ask, ends } = rig('spillover', ['a', 'b']);
    router.states.set('a', 'ready').set('b', 'ready');
    const targets = [ask(), ask(), ask(), ask()];
    expect(targets.toSorted()).toEqual(['a', 'a', 'b', 'b']);
    ends[targets.indexOf('b')]!();
    expect(ask()).toBe('b');
  });

  it('counts what goes to a target on other ways', () => {
    const { router, call, ask } = rig('spillover', ['a', 'b']);
    router.states.set('a', 'ready');
    const end = call('a-alias');
    expect(ask()).toBe('b');
    end();
    expect(ask()).toBe('a');
  });

  it('takes a peer for cold until something is on its way to it', () => {
    const { ask } = rig('spillover', ['far/x', 'a'], 1);
    expect([ask(), ask(), ask()]).toEqual(['far/x', 'a', 'far/x']);
  });

  it('passes over what is stopping, and says when nothing is left', () => {
    const { router, chooser } = rig('spillover', ['a', 'b']);
    router.states.set('a', 'stopping');
    expect(chooser.choose('s')).toBe('b');
    router.states.set('b', 'stopping');
    expect(() => chooser.choose('s')).toThrow('selector "s" has no available spillover targets');
  });
});
