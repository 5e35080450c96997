import { describe, expect, it } from 'vitest';
import { bodyObject, duration, flag, registration } from './control-body.js';

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
      intervalMs: null,
    });
  });

  it.each([
    { host: 'h', port: 1 },
    { modelName: 'x', host: 'h', port: 0 },
    { modelName: 'x', host: 'h', port: 70_000 },
    { modelName: 'x', host: 'evil/../path', port: 1 },
    { modelName: '', host: 'h', port: 1 },
  ])('refuses to register %j', (body) => {
    expect(() => registration(body)).toThrow(/must be/);
  });
});
