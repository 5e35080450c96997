import { describe, it } from 'vitest';
import { describeGpuProbe } from '#lib/plugin-api/testing';
import { RocmSmiProbe } from './rocm-smi.probe.js';

const CARD =
  '{"card0":{"GUID":"1","GPU use (%)":"9","VRAM Total Memory (B)":"8","VRAM Total Used Memory (B)":"2"}}';

describeGpuProbe(
  { describe, it },
  {
    name: 'rocm-smi',
    create: () => new RocmSmiProbe(),
    prepare: ({ programs }) => {
      programs.set('rocm-smi', () => ({ code: 0, stdout: CARD, stderr: '' }));
    },
  },
);
