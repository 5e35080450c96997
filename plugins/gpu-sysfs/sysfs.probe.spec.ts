import { describe, expect, it } from 'vitest';
import { GpuSample } from '#lib/plugin-api';
import { FakeProbeWorld } from '#lib/plugin-api/testing';
import { SysfsProbe } from './sysfs.probe.js';

const CARD = '/sys/class/drm/card1/device';
const KFD = '/sys/class/kfd/kfd';

function world(files: Readonly<Record<string, string>>): FakeProbeWorld {
  const fake = new FakeProbeWorld();
  const card = {
    [`${CARD}/vendor`]: '0x1002\n',
    [`${CARD}/uevent`]: 'DRIVER=amdgpu\nPCI_SLOT_NAME=0000:C3:00.0\n',
    [`${CARD}/mem_info_vram_total`]: '1000\n',
  };
  for (const [path, text] of Object.entries({ ...card, ...files })) fake.files.set(path, text);
  return fake;
}

const NODES = {
  [`${KFD}/topology/nodes/0/gpu_id`]: '0\n',
  [`${KFD}/topology/nodes/1/gpu_id`]: '4321\n',
  [`${KFD}/topology/nodes/1/properties`]:
    'domain 0\nlocation_id 49920\ngfx_target_version 110501\n',
};

async function firstSamples(fake: FakeProbeWorld): Promise<readonly GpuSample[]> {
  const seen = Promise.withResolvers<readonly GpuSample[]>();
  const handle = new SysfsProbe().start(fake.context(), {
    samples: seen.resolve,
    failed: seen.reject,
  });
  const samples = await seen.promise;
  await handle.stop();
  return samples;
}

describe('SysfsProbe', () => {
  it('tells the memory of each process that computes on a card', async () => {
    const fake = world({
      ...NODES,
      [`${KFD}/proc/77/vram_4321`]: '600\n',
      [`${KFD}/proc/78/vram_4321`]: '0\n',
      [`${KFD}/proc/79/vram_9999`]: '5\n',
    });
    expect((await firstSamples(fake))[0]!.processes).toEqual(new Map([[77, 600]]));
  });

  it.each([
    ['without the compute driver', {}],
    ['when nothing computes', NODES],
  ])('leaves the processes unknown %s', async (_, files) => {
    expect((await firstSamples(world(files)))[0]!.processes).toBeNull();
  });

  it('names the architecture of a card, and lists NPUs', async () => {
    const fake = world({
      ...NODES,
      [`${CARD}/drm/renderD128/dev`]: '226:128',
      '/dev/dri/renderD128': '',
      // A display controller that no program can compute on.
      '/sys/class/drm/card0/device/vendor': '0x1a03',
      '/sys/class/accel/accel0/device/vendor': '0x8086\n',
      '/sys/class/accel/accel0/device/uevent': 'DRIVER=intel_vpu\nPCI_SLOT_NAME=0000:00:0b.0\n',
    });
    expect(await new SysfsProbe().inventory(fake.context())).toMatchObject([
      { kind: 'gpu', vendor: 'AMD', architecture: 'gfx1151', pciAddress: '0000:c3:00.0' },
      { kind: 'npu', vendor: 'Intel', driverName: 'intel_vpu', pciAddress: '0000:00:0b.0' },
    ]);
  });
});
