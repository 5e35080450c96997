import { describe, expect, it } from 'vitest';
import { ConfigChange, ConfigStore } from './config.store.js';
import { parseConfigText } from './load/load-config.js';

const context = { env: {}, cwd: '/', platform: 'linux' } as const;

function storeOver(texts: string[]): ConfigStore {
  return new ConfigStore((previous) =>
    parseConfigText(texts.shift() ?? '', { ...context, previous: previous ?? undefined }),
  );
}

function model(id: string): string {
  return `  ${id}: {cmd: "run \${PORT}"}\n`;
}

describe('ConfigStore', () => {
  it('has no configuration before the first load', () => {
    expect(() => storeOver([]).current).toThrow('no configuration');
  });

  it('puts a good configuration in force and tells the listeners', () => {
    const store = storeOver(['globalTTL: 1', 'globalTTL: 2']);
    const changes: ConfigChange[] = [];
    store.load();
    store.onChange((change) => changes.push(change));
    store.load();
    expect(
      changes.map(({ previous, current }) => [previous?.globalTTL, current.globalTTL]),
    ).toEqual([[1, 2]]);
    expect(store.current.globalTTL).toBe(2);
  });

  it('keeps the configuration in force when the next one is broken', () => {
    const store = storeOver(['globalTTL: 1', 'globalTTL: [']);
    store.load();
    store.onChange(() => expect.unreachable());
    const result = store.load();
    expect(result.problems).not.toEqual([]);
    expect(store.lastResult).toBe(result);
    expect(store.current.globalTTL).toBe(1);
  });

  it('tells nobody who has unsubscribed', () => {
    const store = storeOver(['globalTTL: 1']);
    const unsubscribe = store.onChange(() => expect.unreachable());
    unsubscribe();
    store.load();
    expect(store.current.globalTTL).toBe(1);
  });

  it('merges additions, and leaves out those that spoil what is good without them', () => {
    const files = `models:\n${model('m')}`;
    const store = new ConfigStore((_, additions) =>
      parseConfigText(files, { ...context, additions }),
    );
    store.setAdditions(
      ['a', 'm', 'b'].map((id) => ({ name: `for ${id}`, text: `models:\n${model(id)}` })),
    );
    const { warnings } = store.load();
    expect([...store.current.models.keys()].toSorted()).toEqual(['a', 'b', 'm']);
    expect(warnings.map(({ message }) => message).join()).toContain('m');
  });

  it('reports what is wrong in the files when that is wrong', () => {
    const store = new ConfigStore((_, additions) =>
      parseConfigText('globalTTL: [', { ...context, additions }),
    );
    store.setAdditions([{ name: 'for a', text: `models:\n${model('a')}` }]);
    expect(store.load().config).toBeNull();
    expect(store.additions).toHaveLength(1);
  });

  it('keeps the ports of models that stay', () => {
    const store = storeOver([`models:\n${model('m')}`, `models:\n${model('a')}${model('m')}`]);
    store.load();
    store.load();
    expect(store.current.models.get('m')?.port).toBe(5800);
    expect(store.current.models.get('a')?.port).toBe(5801);
  });
});
