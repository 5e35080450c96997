import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompatibleGpu, GpuView, ProbeState, parseExposition } from '#lib/monitor';
import { DroverFolder } from '../support/drover-folder.js';
import { FakeTools } from '../support/fake-tools.js';

const fixtures = join(import.meta.dirname, '../fixtures/observability/gpu');

interface Performance {
  readonly latest: readonly GpuView[];
  readonly probes: readonly Pick<ProbeState, 'name' | 'state' | 'detail'>[];
}

let tools: FakeTools;
let folder: DroverFolder;
let base: URL;

/** A machine with two NVIDIA and two AMD cards, whose nvidia-smi hangs when asked about processes. */
beforeAll(async () => {
  tools = new FakeTools();
  const csv = join(fixtures, 'nvidia-smi-mig.csv');
  const list = join(fixtures, 'nvidia-smi-list-mig.txt');
  tools.add(
    'nvidia-smi',
    `case "$*" in *compute-apps*) exec sleep 100;; -L) exec cat ${list};; esac
cat ${csv}
case "$*" in *--loop*) while sleep 1 && cat ${csv}; do :; done;; esac`,
  );
  tools.add('rocm-smi', `cat ${join(fixtures, 'rocm-smi-v6.json')}`);
  folder = new DroverFolder();
  folder.configure('models:', folder.model('a'));
  base = await folder.start([], { env: { ...tools.env } }).listening();
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  tools[Symbol.dispose]();
});

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(new URL(path, base))).json()) as Body;
}

/** The newest samples, as soon as both vendors deliver. */
async function settled(): Promise<Performance> {
  let answer = await get<Performance>('/api/v1/performance');
  while (answer.latest.length < 4) answer = await get<Performance>('/api/v1/performance');
  return answer;
}

async function profiles(): Promise<readonly string[]> {
  const { latest } = await settled();
  return latest.flatMap(({ instances }) => instances ?? []).map(({ profile }) => profile);
}

describe('two vendors at once', () => {
  it('have unique ids, each device under its own', async () => {
    const { latest, probes } = await settled();
    expect(latest.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    expect(new Set(latest.map(({ uuid }) => uuid)).size).toBe(4);
    expect(latest.filter(({ name }) => name?.startsWith('NVIDIA'))).toHaveLength(2);
    const up = probes.filter(({ state }) => state === 'up').map(({ name }) => name);
    expect(up).toEqual(expect.arrayContaining(['nvidia-smi', 'rocm-smi']));
  });

  it('are on the page for Prometheus, what is unknown left out, no series twice', async () => {
    await settled();
    const page = await (await fetch(new URL('/metrics', base))).text();
    const series = parseExposition(page);
    const gpu = series.filter(({ name }) => name === 'drover_gpu_info');
    expect(gpu.map(({ labels }) => labels.get('vendor'))).toEqual(
      expect.arrayContaining(['NVIDIA', 'AMD']),
    );
    const utilization = series.filter(({ name }) => name === 'drover_gpu_utilization_ratio');
    // The divided card has no utilisation of its own.
    expect(utilization).toHaveLength(3);
    const keys = series.map(({ name, labels }) => JSON.stringify([name, ...labels]));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('tell into which instances a card is divided', async () => {
    while ((await profiles()).length === 0);
    expect(await profiles()).toEqual(['3g.20gb', '2g.10gb', '1g.5gb']);
  });

  it('have the same unique ids in the compatible API and on its page', async () => {
    await settled();
    const { gpu_stats } = await get<{ gpu_stats: CompatibleGpu[] }>('/api/performance');
    const named = gpu_stats.map(({ id, uuid }) => [String(id), uuid] as const);
    // Whatever is asked when: one id, one device.
    expect(new Set(named.map((pair) => pair.join(' '))).size).toBe(4);
    expect(new Set(named.map(([id]) => id)).size).toBe(4);
    const page = await (await fetch(new URL('/metrics', base))).text();
    for (const family of ['llamaswap_gpu_util_percent', 'drover_gpu_info']) {
      const series = parseExposition(page).filter(({ name }) => name === family);
      const label = family === 'drover_gpu_info' ? 'gpu' : 'id';
      const shown = series.map(({ labels }) => [labels.get(label), labels.get('uuid')] as const);
      expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(named));
    }
  });

  it('tell why the other probes are silent', async () => {
    const { probes } = await settled();
    expect(Object.fromEntries(probes.map(({ name, detail }) => [name, detail]))).toMatchObject({
      'nvidia-smi': null,
      'rocm-smi': null,
      lact: expect.stringContaining('/run/lactd.sock'),
      apple: expect.stringContaining('macOS'),
      windows: expect.stringContaining('Windows'),
    });
  });

  it('never delay a request', async () => {
    const answers = Array.from({ length: 20 }, () => fetch(new URL('/api/version', base)));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await get('/api/performance')).toMatchObject({ enabled: true });
  });
});
