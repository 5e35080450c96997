import { describe, expect, it } from 'vitest';
import { RuntimePlugin, RuntimeStart } from '#lib/plugin-api';
import { EngineMetricsRuntime } from './engine-metrics.runtime.js';

function start(argv: readonly string[], env: readonly string[] = []): RuntimeStart {
  return {
    model: 'm',
    instance: 1,
    argv,
    stopCommand: null,
    env,
    proxy: new URL('http://127.0.0.1:1'),
    onOutput: () => undefined,
  };
}

async function envOf(argv: readonly string[], isEnabled: boolean): Promise<readonly string[]> {
  let seen: readonly string[] = [];
  const inner: RuntimePlugin = {
    start: async ({ env }) => {
      seen = env;
      throw new Error('not started');
    },
  };
  const runtime = new EngineMetricsRuntime(inner, () => ({ enableEngineMetrics: isEnabled }));
  const { signal } = new AbortController();
  await expect(runtime.start(start(argv, ['A=1']), signal)).rejects.toThrow('not started');
  return seen;
}

describe('EngineMetricsRuntime', () => {
  it.each([['llama-server', '-m', 'x'], ['/opt/bin/llama-server'], ['env', 'llama-server.exe']])(
    'switches the metrics of %s on, before what is configured',
    async (...argv) => {
      expect(await envOf(argv, true)).toEqual(['LLAMA_ARG_ENDPOINT_METRICS=1', 'A=1']);
    },
  );

  it('leaves other servers alone, and all of them when it is switched off', async () => {
    expect(await envOf(['vllm', 'serve'], true)).toEqual(['A=1']);
    expect(await envOf(['llama-server'], false)).toEqual(['A=1']);
  });
});
