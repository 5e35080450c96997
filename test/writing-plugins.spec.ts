import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  GpuProbe,
  GpuProbeContext,
  GpuSample,
  Planner,
  PlannerConfig,
  PlannerPlugin,
  PollingGpuProbe,
  SwapPlanner,
  unknownGpu,
} from '#lib/plugin-api';
import { describeGpuProbe, describePlanner } from '#lib/plugin-api/testing';

@SwapPlanner('one-at-a-time')
export class OneAtATimePlugin implements PlannerPlugin {
  createPlanner(_config: PlannerConfig): Planner {
    return {
      plan: ({ target, resident }) => ({
        evict: resident.map(({ model }) => model).filter((model) => model !== target),
      }),
      canRunTogether: (models) => models.length < 2,
    };
  }
}

@GpuProbe('acme')
export class AcmeProbe extends PollingGpuProbe {
  /** Where probes tell different values of one field, the higher priority wins. */
  override readonly priority = 45;

  async detect({ world }: GpuProbeContext): Promise<boolean> {
    return (await world.findProgram('acme-smi')) !== null;
  }

  protected async sample({ world }: GpuProbeContext, signal: AbortSignal): Promise<GpuSample[]> {
    const { stdout } = await world.runProgram('acme-smi', ['--json'], { signal, timeoutMs: 2000 });
    const devices = JSON.parse(stdout) as { name: string; busy: number }[];
    return devices.map(({ name, busy }, index) => {
      return { ...unknownGpu(index), name, utilizationPercent: busy };
    });
  }
}

describe('docs/writing-plugins.md', () => {
  const own = readFileSync(import.meta.filename, 'utf8');
  const guide = readFileSync(join(import.meta.dirname, '../docs/writing-plugins.md'), 'utf8');
  const examples = [...guide.matchAll(/^( *)```ts\n(.*?)^ *```$/gms)].map(([, indent, code]) =>
    code!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );

  it('shows the classes that are tested here', () => {
    expect(examples).toHaveLength(2);
    for (const code of examples) expect(own).toContain(code.slice(code.indexOf('@')));
  });
});

describePlanner(
  { describe, it },
  {
    name: 'one-at-a-time',
    create: () => new OneAtATimePlugin(),
    accepts: [{ about: 'three models', models: ['a', 'b', 'c'], settings: {} }],
  },
);

describeGpuProbe(
  { describe, it },
  {
    name: 'acme',
    create: () => new AcmeProbe(),
    prepare: (world) => {
      const stdout = '[{"name": "Acme One", "busy": 40}]';
      world.programs.set('acme-smi', () => ({ code: 0, stdout, stderr: '' }));
    },
  },
);
