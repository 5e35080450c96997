import { describe, it } from 'vitest';
import { describeGpuProbe } from '#lib/plugin-api/testing';
import { SysfsProbe } from './sysfs.probe.js';

const CARD = '/sys/class/drm/card0/device';

describeGpuProbe(
  { describe, it },
  {
    name: 'sysfs',
    create: () => new SysfsProbe(),
    prepare: ({ files }) => {
      files.set(`${CARD}/vendor`, '0x1002');
      files.set(`${CARD}/gpu_busy_percent`, '12');
      files.set(`${CARD}/mem_info_vram_total`, '8');
      files.set(`${CARD}/mem_info_vram_used`, '2');
    },
  },
);
