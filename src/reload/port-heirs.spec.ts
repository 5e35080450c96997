import { describe, expect, it } from 'vitest';
import { DroverConfig, parseConfigText } from '#lib/config';
import { portHeirs } from './port-heirs.js';

function configOf(models: Readonly<Record<string, string>>): DroverConfig {
  const lines = Object.entries(models).map(
    ([id, proxy]) => `  ${id}: {cmd: "run", proxy: "${proxy}"}`,
  );
  const context = { env: {}, cwd: '/', platform: 'linux' } as const;
  const { config, problems } = parseConfigText(['models:', ...lines, ''].join('\n'), context);
  expect(problems).toEqual([]);
  return config!;
}

const at = (port: number) => `http://localhost:${port}`;

describe('portHeirs', () => {
  it('names who takes over the port of a server that ends', () => {
    const before = configOf({ a: at(1000), b: at(2000), c: at(3000) });
    const after = configOf({ b: at(1000), c: at(3000), d: 'http://127.0.0.1:1000/v1' });
    expect(portHeirs(before, after, ['a', 'b'])).toEqual(
      new Map([
        ['b', ['a']],
        ['d', ['a']],
      ]),
    );
  });

  it('lets a model take over its own port', () => {
    const config = configOf({ a: at(1000) });
    expect(portHeirs(config, config, ['a'])).toEqual(new Map());
  });

  it('makes models wait for each other that exchange their ports', () => {
    const before = configOf({ a: at(1000), b: at(2000) });
    const after = configOf({ a: at(2000), b: at(1000) });
    expect(portHeirs(before, after, ['a', 'b'])).toEqual(
      new Map([
        ['a', ['b']],
        ['b', ['a']],
      ]),
    );
  });

  it('knows nothing of addresses without a port', () => {
    const before = configOf({ a: 'http://host.example/' });
    const after = configOf({ b: 'http://host.example/' });
    expect(portHeirs(before, after, ['a'])).toEqual(new Map());
  });
});
