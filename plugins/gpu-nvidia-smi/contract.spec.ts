import { describeGpuProbe } from '#lib/plugin-api/testing';
import { describe, it } from 'vitest';
import { NvidiaSmiProbe } from './nvidia-smi.probe.js';

const LINE = '0, NVIDIA L4, GPU-3f6a1c52, 54, 87, 100, 200, [N/A], 70.5';

describeGpuProbe(
  { describe, it },
  {
    name: 'nvidia-smi',
    create: () => new NvidiaSmiProbe(),
    prepare: (world) => {
      world.programs.set('nvidia-smi', () => ({ code: 0, stdout: LINE, stderr: '' }));
    },
    tell: ({ followed }) => {
      const loop = followed.find(({ args }) => args[0]!.startsWith('--query-gpu'));
      loop!.listener.line(LINE);
    },
  },
);
