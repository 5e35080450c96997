import { describe, expect, it } from 'vitest';
import { DroverConfig } from '#lib/config';
import { ModelResolver } from './model-resolver.js';

type Names = Pick<DroverConfig, 'models' | 'peers' | 'peering'>;

function resolver(
  models: Record<string, string[]>,
  peers: Record<string, string[]>,
  failover = false,
) {
  const config = {
    models: new Map(Object.entries(models).map(([id, aliases]) => [id, { id, aliases }])),
    peers: new Map(Object.entries(peers).map(([id, list]) => [id, { id, models: list }])),
    peering: { failover },
  };
  return new ModelResolver(config as unknown as Names);
}

const names = resolver(
  { a: ['nick', 'p/only'], 'org/b': [] },
  { p: ['only', 'both', 'q/x', 'a'], q: ['both', 'x', 'x'], 'deep/peer': ['m/n'] },
);

describe('model resolver', () => {
  it.each([
    ['a', { kind: 'local', model: 'a' }],
    ['nick', { kind: 'local', model: 'a' }],
    ['org/b', { kind: 'local', model: 'org/b' }],
    ['p/only', { kind: 'local', model: 'a' }],
    ['only', { kind: 'peer', peer: 'p', model: 'only' }],
    ['p/both', { kind: 'peer', peer: 'p', model: 'both' }],
    ['p/a', { kind: 'peer', peer: 'p', model: 'a' }],
    ['q/x', { kind: 'peer', peer: 'q', model: 'x' }],
    ['p/q/x', { kind: 'peer', peer: 'p', model: 'q/x' }],
    ['x', { kind: 'peer', peer: 'q', model: 'x' }],
    ['deep/peer/m/n', { kind: 'peer', peer: 'deep/peer', model: 'm/n' }],
    ['both', null],
    ['A', null],
    [' a', null],
    ['b', null],
    ['', null],
  ])('reads %j', (name, expected) => {
    expect(names.resolve(name)).toEqual(expected);
  });

  it('takes the bare name of a model of several peers for all of them where that is wanted', () => {
    const shared = { p: ['both', 'own', 'a'], q: ['both', 'both'], r: ['both', 'p/both'] };
    const all = resolver({ a: [] }, shared, true);
    const peers = ['p', 'q', 'r'];
    expect(all.resolve('both')).toEqual({ kind: 'peer', peer: 'p', model: 'both', peers });
    expect(all.resolve('own')).toEqual({ kind: 'peer', peer: 'p', model: 'own' });
    expect(all.resolve('q/both')).toEqual({ kind: 'peer', peer: 'q', model: 'both' });
    expect(all.resolve('p/both')).toEqual({ kind: 'peer', peer: 'p', model: 'both' });
    expect(all.resolve('a')).toEqual({ kind: 'local', model: 'a' });
  });

  it('tells local models apart', () => {
    expect(names.local('nick')).toBe('a');
    expect(names.local('only')).toBeNull();
    expect(names.local('nobody')).toBeNull();
  });
});
