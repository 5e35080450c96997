import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NumberedAccelerator, ProbeState } from '#lib/monitor';
import { DroverFolder } from '../support/drover-folder.js';
import { runDrover } from '../support/drover-process.js';
import { FakeTools } from '../support/fake-tools.js';

const fixtures = join(import.meta.dirname, '../fixtures/observability/hardware');
const UUIDS = [
  'GPU-3f6a1c52-8d0e-4b77-9a51-c2d4e6f80913',
  'GPU-5e6f7081-92a3-b4c5-d6e7-f8091a2b3c4d',
];
const ROWS = [
  `0, NVIDIA GeForce RTX 4090, ${UUIDS[0]}, 54, 87, 18342, 24564, 41, 312.47`,
  `1, NVIDIA GB10, ${UUIDS[1]}, 44, 12, [N/A], [N/A], [N/A], 14.2`,
].join('\n');

/** nvidia-smi as an older driver answers: it knows the compute capability, not the architecture. */
const ANSWERS = `case "$*" in
*compute-apps*) exit 0;;
*index,architecture*) echo 'Field "architecture" is not a valid field to query.'; exit 2;;
*index,compute_cap*) cat ${join(fixtures, 'nvidia-smi-compute-cap.csv')};;
*pci.bus_id,memory.total*) cat ${join(fixtures, 'nvidia-smi-static.csv')};;
-L) ;;
*--loop*) while echo "${ROWS}" && sleep 1; do :; done;;
*) echo "${ROWS}";;
esac`;

let tools: FakeTools;

beforeEach(() => {
  tools = new FakeTools();
});

afterEach(() => tools[Symbol.dispose]());

interface Hardware {
  readonly accelerators: readonly NumberedAccelerator[];
  readonly probes: readonly Pick<ProbeState, 'name' | 'state' | 'detail'>[];
}

async function hardwareOf(base: URL): Promise<Hardware> {
  return (await (await fetch(new URL('/api/hardware', base))).json()) as Hardware;
}

function isKnown({ accelerators }: Hardware): boolean {
  return accelerators.length > 0 && accelerators.every(({ gpu_id: id }) => id !== null);
}

describe('GET /api/hardware', () => {
  it('lists the devices under the ids of samples and metrics', async () => {
    tools.add('nvidia-smi', ANSWERS);
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const base = await folder.start([], { env: tools.env }).listening();
    let hardware = await hardwareOf(base);
    while (!isKnown(hardware)) hardware = await hardwareOf(base);
    expect(hardware.accelerators).toMatchObject([
      {
        gpu_id: 0,
        pci_address: '0000:01:00.0',
        model: 'NVIDIA GeForce RTX 4090',
        architecture: 'Ada Lovelace',
        memory: { kind: 'dedicated', capacity_bytes: 25_757_220_864 },
        power_limit_watts: 450,
      },
      { gpu_id: 1, architecture: 'Blackwell', memory: { kind: 'unified', capacity_bytes: null } },
    ]);
    expect(hardware.probes).toContainEqual({ name: 'nvidia-smi', state: 'up', detail: null });
  });

  it('says why no GPU is seen', async () => {
    tools.add('nvidia-smi', 'echo "Failed to initialize NVML: Driver/library version mismatch"');
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const base = await folder.start([], { env: tools.env }).listening();
    const nvidia = async () =>
      (await hardwareOf(base)).probes.find(({ name }) => name === 'nvidia-smi')!;
    let probe = await nvidia();
    while (probe.state === 'starting') probe = await nvidia();
    expect(probe).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/version mismatch.*restart the machine/),
    });
  });
});

describe('drover monitor', () => {
  it('shows machine, GPUs and probes', async () => {
    tools.add('nvidia-smi', ANSWERS);
    const { code, stdout } = await runDrover(['monitor'], { env: tools.env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\[SYS \d\d:\d\d:\d\d\]\n {2}CPU: {2}\d+\.\d%/);
    expect(stdout).toContain(
      '[GPU 0 NVIDIA GeForce RTX 4090]\n' +
        '  Util:  GPU 87.0%  Mem 74.7%\n' +
        '  Mem:   18342 MB used / 24564 MB total\n' +
        '  Temp:  54°C   Fan: 41.0%   Power: 312.5 W\n',
    );
    expect(stdout).toMatch(/\n\[PROBES\]\n/);
    expect(stdout).toMatch(/\n {2}nvidia-smi {2}up, first sample after \d+\.\d\d s\n/);
    expect(stdout).toMatch(/\n {2}lact {8}absent: no socket of LACT at /);
  });

  it('prints one JSON object per line, unknown as null', async () => {
    tools.add('nvidia-smi', ANSWERS);
    const { stdout } = await runDrover(['monitor', '-json', '-once'], { env: tools.env });
    const objects = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(objects).toContainEqual({ system: expect.any(Object) });
    expect(objects).toContainEqual({
      gpus: [
        expect.objectContaining({ uuid: UUIDS[0], mem_used_bytes: 19_232_980_992 }),
        expect.objectContaining({ uuid: UUIDS[1], mem_used_bytes: null }),
      ],
    });
    expect(objects.at(-1)).toEqual({
      probes: expect.arrayContaining([
        expect.objectContaining({ name: 'nvidia-smi', state: 'up', errors: {} }),
      ]),
    });
  });

  it('tries one probe, and shows what it asks and is answered', async () => {
    tools.add('nvidia-smi', 'echo "No devices were found"; exit 6');
    const { code, stdout, stderr } = await runDrover(['monitor', '-raw', '-probe', 'nvidia-smi'], {
      env: tools.env,
    });
    expect(code).toBe(0);
    expect(stderr).toContain(`? nvidia-smi: ${join(tools.folder, 'nvidia-smi')}\n`);
    expect(stderr).toContain('< No devices were found\n');
    expect(stdout).toMatch(/\[PROBES\]\n {2}nvidia-smi {2}failed: No devices were found \(/);
    expect(stdout).not.toContain('lact');
  });
});
