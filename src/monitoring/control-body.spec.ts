import { describe, expect, it } from 'vitest';
import {
  bodyObject,
  duration,
  flag,
  interval,
  registration,
  startOverride,
} from './control-body.js';

describe('the body of a control request', () => {
  it('may be empty', () => {
    expect(bodyObject(Buffer.alloc(0))).toEqual({});
    expect(bodyObject(undefined)).toEqual({});
  });

  it.each(['[]', '1', 'null', '{'])('must be an object, not %s', (text) => {
    expect(() => bodyObject(Buffer.from(text))).toThrow(/the body/);
  });

  it('has flags and times with defaults', () => {
    expect([flag({}, 'wait'), flag({ wait: true }, 'wait')]).toEqual([false, true]);
    expect([duration({}, 't', 5), duration({ t: 7 }, 't', 5)]).toEqual([5, 7]);
    expect(() => flag({ wait: 'yes' }, 'wait')).toThrow('wait');
    expect(() => duration({ t: -1 }, 't', 5)).toThrow('t must be');
  });

  it('registers a server', () => {
    expect(registration({ modelName: ' x ', host: '::1', port: 8080 })).toEqual({
      modelName: 'x',
      host: '::1',
      port: 8080,
      apiKey: null,
      engine: null,
      intervalMs: null,
    });
  });

  it.each([
    { host: 'h', port: 1 },
    { modelName: 'x', host: 'h', port: 0 },
    { modelName: 'x', host: 'h', port: 70_000 },
    { modelName: 'x', host: 'evil/../path', port: 1 },
    { modelName: '', host: 'h', port: 1 },
    { modelName: 'x', host: 'h', port: 1, engine: 'ollama' },
    { modelName: 'x', host: 'h', port: 1, intervalMs: 249 },
    { modelName: 'x', host: 'h', port: 1, intervalMs: 60_001 },
    { modelName: 'x', host: 'h', port: 1, intervalMs: '1s' },
  ])('refuses to register %j', (body) => {
    expect(() => registration(body)).toThrow(/must be/);
  });

  it('polls once per second unless told otherwise', () => {
    expect([interval({}), interval({ intervalMs: 250 })]).toEqual([1000, 250]);
  });

  it('holds arguments for one start', () => {
    const overrides = { args: ['--ctx-size', '8192'] };
    expect(startOverride({ overrides })).toEqual(overrides);
    expect([startOverride({}), startOverride({ overrides: null })]).toEqual([null, null]);
    expect(startOverride({ overrides: {} })).toEqual({ args: [] });
  });

  it.each([
    [[], 'must be an object'],
    ['--ctx-size 1', 'must be an object'],
    [{ env: ['X=1'] }, 'not env'],
    [{ args: ['--port', '1'] }, 'may not hold --port'],
    [{ args: ['--grammar-file', '/etc/passwd'] }, 'no paths'],
    [{ args: 'x' }, 'must be a list'],
  ])('refuses the overrides %j: %s', (overrides, message) => {
    expect(() => startOverride({ overrides })).toThrow(message);
  });
});
