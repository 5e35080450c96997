import { describe, expect, it } from 'vitest';
import { memoryBars, memoryText } from './memory.js';

const GIB = 1024 ** 3;
const gpu = (more: object) => ({
  id: 'a',
  name: 'RTX',
  mem_used_bytes: 8 * GIB,
  mem_total_bytes: 24 * GIB,
  source: ['nvidia-smi'],
  stale: false,
  ...more,
});

describe('memoryBars', () => {
  it('makes a bar per device with its source, the machine last', () => {
    const system = [{ mem_total_bytes: 64 * GIB, mem_available_bytes: 40 * GIB }];
    const bars = memoryBars({ system, latest: [gpu({}), gpu({ name: null })] });
    expect(bars.map(({ name, source }) => [name, source])).toEqual([
      ['RTX', 'nvidia-smi'],
      ['GPU 1', 'nvidia-smi'],
      ['System memory', 'operating system'],
    ]);
    expect(memoryText(bars[2]!)).toBe('24.0 GiB of 64.0 GiB used, 40.0 GiB free');
  });

  it('leaves out what is unknown or no longer true', () => {
    const latest = [
      gpu({ mem_used_bytes: null }),
      gpu({ mem_total_bytes: null }),
      gpu({ stale: true }),
    ];
    expect(memoryBars({ system: [], latest })).toEqual([]);
  });
});
