import { describe, expect, it } from 'vitest';
import { UNKNOWN_SAMPLE } from '#lib/monitor';
import { engineText, gpuText, hostText, probesText } from './monitor-text.js';

describe('the text of drover monitor', () => {
  it('shows the machine', () => {
    const text = hostText(
      {
        timestamp: '2026-03-04T05:06:07Z',
        cpu_util_per_core: [91.8, 0, 100, 10.4166],
        mem_total_mb: 64_229,
        mem_used_mb: 23_972,
        mem_free_mb: 3031,
        swap_total_mb: 8191,
        swap_used_mb: 184,
        load_avg_1: 1.25,
        load_avg_5: 0.98,
        load_avg_15: 0.77,
        net_io: null,
      },
      '05:06:07',
    );
    expect(text).toBe(
      '[SYS 05:06:07]\n' +
        '  CPU:  91.8%  0.0%  100.0%  10.4%\n' +
        '  Mem:  23972 MB used / 64229 MB total (3031 MB free)\n' +
        '  Swap: 184 MB used / 8191 MB total\n' +
        '  Load: 1.25  0.98  0.77  (1m 5m 15m)\n',
    );
  });

  it('shows a GPU', () => {
    const text = gpuText({
      timestamp: '',
      id: 0,
      name: 'NVIDIA GeForce RTX 4090',
      uuid: 'GPU-1',
      temp_c: 54,
      vram_temp_c: 0,
      gpu_util_pct: 87,
      mem_util_pct: 74.67,
      mem_used_mb: 18_342,
      mem_total_mb: 24_564,
      fan_speed_pct: 41,
      power_draw_w: 312.47,
    });
    expect(text).toBe(
      '[GPU 0 NVIDIA GeForce RTX 4090]\n' +
        '  Util:  GPU 87.0%  Mem 74.7%\n' +
        '  Mem:   18342 MB used / 24564 MB total\n' +
        '  Temp:  54°C   Fan: 41.0%   Power: 312.5 W\n',
    );
  });

  it('shows a model server, and a dash for what it does not tell', () => {
    const address = new URL('http://127.0.0.1:9000/');
    const sample = { ...UNKNOWN_SAMPLE, ok: true, engine: 'vllm' as const };
    const told = {
      ...sample,
      busySlots: 2,
      totalSlots: 4,
      contextUsed: 100,
      tokensPerSecond: 9.25,
    };
    expect(engineText(address, told)).toBe(
      '[ENGINE http://127.0.0.1:9000/ vllm]\n' +
        '  Slots:   2 busy / 4 total   Queued: -\n' +
        '  Context: 100 used / - total\n' +
        '  Tokens:  - generated, - of prompts\n' +
        '  Speed:   9.3 tokens/s, prompts -\n',
    );
  });

  it('shows the probes, and why one is silent', () => {
    const state = { lastSuccessMs: null, errors: new Map(), lastError: null, tookMs: null };
    const probes = [
      { ...state, name: 'nvidia-smi', state: 'up' as const, tookMs: 312, detail: null },
      { ...state, name: 'lact', state: 'absent' as const, detail: 'no socket' },
    ];
    expect(probesText(probes)).toBe(
      '[PROBES]\n' +
        '  nvidia-smi  up, first sample after 0.31 s\n' +
        '  lact        absent: no socket\n',
    );
  });

  it('shows why a model server has told nothing', () => {
    const sample = { ...UNKNOWN_SAMPLE, error: 'connection refused' };
    expect(engineText(new URL('http://127.0.0.1:1/'), sample)).toBe(
      '[ENGINE http://127.0.0.1:1/ unknown]\n  Error: connection refused\n',
    );
  });
});
