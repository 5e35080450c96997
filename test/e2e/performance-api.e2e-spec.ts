import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompatiblePerformance } from '#lib/monitor';
import { DroverFolder } from '../support/drover-folder.js';
import { FakeTools } from '../support/fake-tools.js';

const CSV = join(import.meta.dirname, '../fixtures/observability/gpu/nvidia-smi-8gpu.csv');
const PATH = '/api/performance';

let tools: FakeTools;
let folder: DroverFolder;

beforeEach(() => {
  tools = new FakeTools();
  tools.add(
    'nvidia-smi',
    `case "$*" in *compute-apps*) exit 0;; esac
cat ${CSV}
case "$*" in *--loop*) while sleep 5 && cat ${CSV}; do :; done;; esac`,
  );
  folder = new DroverFolder();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
  tools[Symbol.dispose]();
});

async function started(settings: string): Promise<URL> {
  folder.configure(settings, 'models:', folder.model('a'));
  return await folder.start([], { env: tools.env }).listening();
}

async function reload(base: URL, settings: string): Promise<number> {
  folder.configure(settings, 'models:', folder.model('a'));
  const answer = await fetch(new URL('/api/config/reload', base), { method: 'POST' });
  await answer.arrayBuffer();
  return answer.status;
}

async function read(base: URL, query = ''): Promise<CompatiblePerformance> {
  return (await (await fetch(new URL(PATH + query, base))).json()) as CompatiblePerformance;
}

/** The answer as soon as it has a sample of the machine and all GPUs. */
async function sampled(base: URL): Promise<CompatiblePerformance> {
  let answer = await read(base);
  while (answer.sys_stats.length === 0 || answer.gpu_stats.length < 8) answer = await read(base);
  return answer;
}

const ON = 'performance: {every: 5s}';
const OFF = 'performance: {disabled: true}';

describe('GET /api/performance', () => {
  it('has the members of the compatible API, and no other', async () => {
    const { sys_stats, gpu_stats, ...rest } = await sampled(await started(ON));
    expect(rest).toEqual({ enabled: true });
    const host =
      'timestamp cpu_util_per_core mem_total_mb mem_used_mb mem_free_mb swap_total_mb ' +
      'swap_used_mb load_avg_1 load_avg_5 load_avg_15 net_io';
    expect(Object.keys(sys_stats[0]!)).toEqual(host.split(' '));
    const gpu =
      'timestamp id name uuid temp_c vram_temp_c gpu_util_pct mem_util_pct mem_used_mb ' +
      'mem_total_mb fan_speed_pct power_draw_w';
    expect(Object.keys(gpu_stats[0]!)).toEqual(gpu.split(' '));
  });

  it('answers HEAD with the head of GET', async () => {
    const base = await started(ON);
    const head = await fetch(new URL(PATH, base), { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-type')).toContain('application/json');
  });

  it('tells what is later than a stamp it gave, and refuses one that is none', async () => {
    const base = await started(ON);
    const { sys_stats, gpu_stats } = await sampled(base);
    const last = [...sys_stats, ...gpu_stats]
      .map(({ timestamp }) => timestamp)
      .toSorted((one, other) => Date.parse(one) - Date.parse(other))
      .at(-1)!;
    const later = await read(base, `?after=${encodeURIComponent(last)}`);
    const stamps = [...later.sys_stats, ...later.gpu_stats].map(({ timestamp }) => timestamp);
    expect(stamps.filter((stamp) => Date.parse(stamp) <= Date.parse(last))).toEqual([]);
    expect(await read(base, '?after=2999-01-01T00:00:00%2B01:00')).toEqual({
      enabled: true,
      gpu_stats: [],
      sys_stats: [],
    });
    const refused = await fetch(new URL(`${PATH}?after=yesterday`, base));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      src: 'llama-swap',
      error: { message: "invalid 'after' timestamp, use RFC3339 format" },
    });
    const text = await fetch(new URL(`${PATH}?after=1`, base), {
      headers: { Accept: 'text/plain' },
    });
    expect(await text.text()).toContain("invalid 'after' timestamp, use RFC3339 format");
  });

  it('can be switched on, off and on again while Drover runs, and keeps its samples', async () => {
    const base = await started(OFF);
    const never = await fetch(new URL(PATH, base));
    expect([never.status, await never.json()]).toEqual([503, { enabled: false }]);
    expect(await reload(base, ON)).toBe(200);
    const { sys_stats, gpu_stats } = await sampled(base);
    expect(await reload(base, OFF)).toBe(200);
    const off = await read(base);
    expect(off.enabled).toBe(false);
    expect(off.sys_stats).toContainEqual(sys_stats[0]);
    expect(off.gpu_stats).toContainEqual(gpu_stats[0]);
    expect(await reload(base, 'performance: {every: 6s}')).toBe(200);
    const on = await read(base);
    expect(on.enabled).toBe(true);
    expect(on.sys_stats).toContainEqual(sys_stats[0]);
  });

  it('goes on as before after a reload that is refused', async () => {
    const base = await started(ON);
    const { sys_stats } = await sampled(base);
    expect(await reload(base, 'performance: {every: 1s}')).not.toBe(200);
    const answer = await read(base);
    expect([answer.enabled, answer.sys_stats[0]]).toEqual([true, sys_stats[0]]);
  });
});
