import { describe, expect, it } from 'vitest';
import { startOrder } from './start-order.js';
import { modelConfig } from './testing/model-config.js';

const split = (text: string): string[] => text.split(' ').filter((word) => word !== '');

describe('startOrder', () => {
  it('says what a runtime needs', () => {
    const model = modelConfig({ cmdStop: 'stop ${PID}', env: ['A=1'], healthCheckTimeout: 15 });
    expect(startOrder(model, 7, split)).toMatchObject({
      model: 'm',
      instance: 7,
      argv: ['serve', '--port', '5800'],
      stopCommand: ['stop', '${PID}'],
      env: ['A=1'],
      timeoutMs: 15_000,
    });
    expect(startOrder(modelConfig(), 7, split).stopCommand).toBeNull();
  });

  it.each([
    ['http://h:1', '/health', 'http://h:1/health'],
    ['http://h:1/', 'health', 'http://h:1/health'],
    ['http://h:1/v/', '/health', 'http://h:1/v/health'],
    ['http://h:1', '', 'http://h:1/'],
    ['http://h:1', '/a?b=c?d', 'http://h:1/a?b=c?d'],
    ['https://h', ' /up ', 'https://h/up'],
  ])('probes %s with checkEndpoint "%s" at %s', (proxy, checkEndpoint, url) => {
    const order = startOrder(modelConfig({ proxy, checkEndpoint }), 1, split);
    expect(order.probeUrl?.(order.proxy).href).toBe(url);
  });

  it.each(['none', ' none '])('probes nothing with checkEndpoint "%s"', (checkEndpoint) => {
    expect(startOrder(modelConfig({ checkEndpoint }), 1, split).probeUrl).toBeNull();
  });

  it.each(['NONE', 'none/'])('takes checkEndpoint "%s" for a path', (checkEndpoint) => {
    expect(startOrder(modelConfig({ checkEndpoint }), 1, split).probeUrl).not.toBeNull();
  });

  it.each(['', '  ', 'localhost:80', 'h', '://x', 'http://', 'ws://h', 'http://h:99999'])(
    'refuses the proxy "%s"',
    (proxy) => {
      expect(() => startOrder(modelConfig({ proxy }), 1, split)).toThrow(/\[m\] .*proxy/);
    },
  );
});
