import { describe, expect, it } from 'vitest';
import { ConfigStore, DroverConfig, ProfileConfig } from '#lib/config';
import { fakeConfig, fakeModel } from '../../test/support/fake-config.js';
import { ProfileRegistry } from './profile.registry.js';

function withProfiles(...names: string[]): DroverConfig {
  const entries = names.map((name): [string, ProfileConfig] => {
    return [name, { description: '', pins: new Map([[`pin-of-${name}`, 'm']]) }];
  });
  return fakeConfig([fakeModel('m')], { profiles: new Map(entries) });
}

function rig(...names: string[]) {
  const store = new ConfigStore(() => ({ config: null, problems: [], warnings: [] }) as never);
  store.replace(withProfiles(...names));
  const registry = new ProfileRegistry(store);
  const told: (string | null)[] = [];
  registry.onChange((active) => told.push(active));
  return { store, registry, told };
}

describe('ProfileRegistry', () => {
  it('begins without an active profile', () => {
    const { registry } = rig('a');
    expect(registry.active).toBeNull();
    expect(registry.pins).toBeNull();
  });

  it('activates and deactivates, and tells changes only', () => {
    const { registry, told } = rig('a', 'b');
    registry.activate('a');
    registry.activate('a');
    expect([...registry.pins!.keys()]).toEqual(['pin-of-a']);
    registry.activate('b');
    registry.activate(null);
    registry.activate(null);
    expect(told).toEqual(['a', 'b', null]);
  });

  it('keeps the active profile when asked for one that is unknown', () => {
    const { registry } = rig('a');
    registry.activate('a');
    expect(() => registry.activate('x')).toThrow('profile "x" not found');
    expect(registry.active).toBe('a');
  });

  it('keeps the active profile over a reload that has it, and uses its new pins', () => {
    const { store, registry, told } = rig('a');
    registry.activate('a');
    const config = withProfiles('a', 'b');
    store.replace(config);
    expect(registry.active).toBe('a');
    expect(registry.pins).toBe(config.profiles.get('a')!.pins);
    expect(told).toEqual(['a']);
  });

  it('has none after a reload that has lost it', () => {
    const { store, registry, told } = rig('a', 'b');
    registry.activate('a');
    store.replace(withProfiles('b'));
    expect(registry.active).toBeNull();
    expect(told).toEqual(['a', null]);
  });
});
