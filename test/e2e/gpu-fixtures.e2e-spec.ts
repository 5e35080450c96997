import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompatibleGpu, GpuView } from '#lib/monitor';
import { DroverFolder } from '../support/drover-folder.js';
import { FakeTools } from '../support/fake-tools.js';

const fixtures = join(import.meta.dirname, '../fixtures/observability/gpu');

interface GpuCase {
  readonly input: string;
  readonly legacy: string | readonly object[];
  readonly ours: readonly object[];
}

interface Line {
  readonly dir: 'send' | 'recv';
  readonly line: string;
}

function gpuCase(name: string): GpuCase {
  return JSON.parse(readFileSync(join(fixtures, `${name}.expect.json`), 'utf8')) as GpuCase;
}

let tools: FakeTools;
let folder: DroverFolder;

beforeEach(() => {
  tools = new FakeTools();
  folder = new DroverFolder();
  folder.configure('models:', folder.model('a'));
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
  tools[Symbol.dispose]();
});

/** What both APIs tell as soon as a Drover on this machine has read all devices. */
async function devicesOf(count: number, env: Record<string, string>) {
  const base = await folder.start([], { env }).listening();
  const read = async <Body>(path: string): Promise<Body> =>
    (await (await fetch(new URL(path, base))).json()) as Body;
  const ours = async () => (await read<{ latest: GpuView[] }>('/api/v1/performance')).latest;
  while ((await ours()).length < count);
  const { gpu_stats } = await read<{ gpu_stats: CompatibleGpu[] }>('/api/performance');
  return { ours: await ours(), legacy: gpu_stats.filter(isFirst) };
}

/** The first sample of each device. */
function isFirst({ id }: CompatibleGpu, at: number, all: readonly CompatibleGpu[]): boolean {
  return all.findIndex((gpu) => gpu.id === id) === at;
}

/** Values that the fixture calls random are left out. */
function definite(gpu: object): object {
  return Object.fromEntries(
    Object.entries(gpu).filter(([, value]) => !String(value).includes('undefined')),
  );
}

async function holds(name: string, env: Record<string, string>): Promise<void> {
  const test = gpuCase(name);
  const { ours, legacy } = await devicesOf(test.ours.length, env);
  expect(ours).toMatchObject(test.ours);
  // Of a text there is nothing to compare: that API never asked this tool.
  if (typeof test.legacy === 'string') return;
  expect(legacy).toMatchObject(test.legacy.map(definite));
  expect(legacy).toHaveLength(test.legacy.length);
}

describe('the fixtures of the tools, through programs on PATH', () => {
  it.each(['1gpu', '8gpu', 'mig', 'placeholders'])('nvidia-smi %s', async (name) => {
    const file = join(fixtures, gpuCase(`nvidia-smi-${name}`).input);
    const loop = `case "$*" in *--loop*) while sleep 5 && cat ${file}; do :; done;; esac`;
    tools.add('nvidia-smi', `case "$*" in *compute-apps*) exit 0;; esac\ncat ${file}\n${loop}`);
    await expect(holds(`nvidia-smi-${name}`, tools.env)).resolves.toBeUndefined();
  });

  it.each(['rocm-smi-v6', 'rocm-smi-v6.csv', 'rocm-smi-warning'])('%s', async (name) => {
    tools.add('rocm-smi', `cat ${join(fixtures, gpuCase(name).input)}`);
    await expect(holds(name, tools.env)).resolves.toBeUndefined();
  });

  it('amd-smi', async () => {
    const file = join(fixtures, gpuCase('amd-smi-metric').input);
    tools.add('amd-smi', `case "$1" in metric) cat ${file};; *) exit 2;; esac`);
    await expect(holds('amd-smi-metric', tools.env)).resolves.toBeUndefined();
  });
});

describe('the fixtures of LACT, through a socket', () => {
  it.each(['lact-amd', 'lact-nvidia-intel', 'lact-errors'])('%s', async (name) => {
    const lines = readFileSync(join(fixtures, gpuCase(name).input), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const answers = new Map(
      lines.flatMap(({ dir, line }, at) => (dir === 'send' ? [[line, lines[at + 1]!.line]] : [])),
    );
    // One request at a time, as the transcript has it: a whole request in each piece.
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => socket.write(`${answers.get(bytes.toString().trimEnd())}\n`));
    });
    const path = join(tools.folder, 'lactd.sock');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      await holds(name, { ...tools.env, LACT_DAEMON_SOCKET_PATH: path });
    } finally {
      await folder[Symbol.asyncDispose]();
      server.close();
    }
    expect(server.listening).toBe(false);
  });
});
