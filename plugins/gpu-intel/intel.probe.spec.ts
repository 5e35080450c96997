import { describe, expect, it } from 'vitest';
import { GpuSample } from '#lib/plugin-api';
import { FakeProbeWorld, describeGpuProbe } from '#lib/plugin-api/testing';
import { DrmClients } from './drm-clients.js';
import { parseFdinfo } from './fdinfo.js';
import { IntelProbe } from './intel.probe.js';

const CARD = '/sys/class/drm/card0';
const PCI = '0000:03:00.0';
const GIB = 1024 ** 3;

function prepare(world: FakeProbeWorld): void {
  const files = {
    [`${CARD}/device/vendor`]: '0x8086\n',
    [`${CARD}/device/uevent`]: `DRIVER=xe\nPCI_SLOT_NAME=${PCI}\n`,
    [`${CARD}/device/tile0/physical_vram_size_bytes`]: `${12 * GIB}\n`,
    [`${CARD}/device/hwmon/hwmon3/temp2_input`]: '56000\n',
    [`${CARD}/device/hwmon/hwmon3/energy1_input`]: '1000000\n',
  };
  for (const [path, text] of Object.entries(files)) world.files.set(path, text);
}

/** The driver xe counts cycles. */
function xe(client: number, cycles: number, total: number): string {
  return `pos:\t0
drm-driver:\txe
drm-client-id:\t${client}
drm-pdev:\t${PCI}
drm-resident-vram0:\t1048576 KiB
drm-resident-gtt:\t7 KiB
drm-cycles-ccs:\t${cycles}
drm-total-cycles-ccs:\t${total}
drm-engine-capacity-ccs:\t1
drm-cycles-rcs:\t0
drm-total-cycles-rcs:\t${total}
`;
}

function open(world: FakeProbeWorld, pid: number, file: number, text: string): void {
  world.links.set(`/proc/${pid}/fd/${file}`, '/dev/dri/renderD128');
  world.links.set(`/proc/${pid}/fd/1`, '/dev/null');
  world.files.set(`/proc/${pid}/fdinfo/${file}`, text);
}

describeGpuProbe({ describe, it }, { name: 'intel', create: () => new IntelProbe(), prepare });

describe('parseFdinfo', () => {
  it('reads busy nanoseconds of the driver i915', () => {
    const text = `drm-driver: i915
drm-client-id: 7
drm-pdev: ${PCI}
drm-engine-render: 25662044495 ns
drm-engine-video: 5 ns
drm-engine-capacity-video: 2
drm-resident-local0: 3 MiB
drm-resident-system0: 9 MiB
`;
    expect(parseFdinfo(text)).toEqual({
      pciAddress: PCI,
      clientId: '7',
      engines: new Map([
        ['render', { busy: 25_662_044_495, total: null, capacity: 1 }],
        ['video', { busy: 5, total: null, capacity: 2 }],
      ]),
      memoryBytes: 3 * 1024 ** 2,
    });
  });

  it.each(['', 'pos: 0\nflags: 02\n', 'drm-pdev: x\ndrm-client-id: 1', `drm-pdev: ${PCI}`])(
    'passes over %j',
    (text) => {
      expect(parseFdinfo(text)).toBeNull();
    },
  );
});

describe('IntelProbe', () => {
  it('tells load, memory and power from what has grown between two rounds', async () => {
    const world = new FakeProbeWorld();
    prepare(world);
    open(world, 77, 5, xe(1, 1000, 10_000));
    // The same client through a second file counts once.
    open(world, 77, 6, xe(1, 1000, 10_000));
    open(world, 78, 5, xe(2, 0, 10_000));
    const rounds: (readonly GpuSample[])[] = [];
    const handle = new IntelProbe().start(world.context(), {
      samples: (samples) => rounds.push(samples),
      failed: () => {},
    });
    await world.advance(0);
    open(world, 77, 5, xe(1, 4000, 20_000));
    open(world, 77, 6, xe(1, 4000, 20_000));
    open(world, 78, 5, xe(2, 1000, 20_000));
    world.files.set(`${CARD}/device/hwmon/hwmon3/energy1_input`, '501000000');
    await world.advance(5000);
    await handle.stop();
    expect(rounds[0]).toMatchObject([{ utilizationPercent: null, powerWatts: null }]);
    expect(rounds[1]).toMatchObject([
      {
        pciAddress: PCI,
        temperatureCelsius: 56,
        utilizationPercent: 40,
        powerWatts: 100,
        memoryKind: 'dedicated',
        memoryUsedBytes: 2 * GIB,
        memoryTotalBytes: 12 * GIB,
      },
    ]);
    expect(rounds[1]![0]!.processes).toEqual(
      new Map([
        [77, GIB],
        [78, GIB],
      ]),
    );
  });
});

describe('DrmClients', () => {
  it('looks seldom at processes that do not use the device, often at young ones', async () => {
    const world = new FakeProbeWorld();
    const looks = new Map<string, number>();
    const listFolder = world.listFolder.bind(world);
    world.listFolder = async (path) => {
      looks.set(path, (looks.get(path) ?? 0) + 1);
      return await listFolder(path);
    };
    world.links.set('/proc/100/fd/1', '/dev/null');
    open(world, 200, 4, xe(1, 0, 1));
    const clients = new DrmClients();
    await clients.read(world);
    world.links.set('/proc/300/fd/1', '/dev/null');
    for (let round = 0; round < 24; round += 1) await clients.read(world);
    expect(looks.get('/proc/100/fd')).toBe(3);
    expect(looks.get('/proc/200/fd')).toBe(25);
    expect(looks.get('/proc/300/fd')).toBeGreaterThanOrEqual(6);
    expect(looks.get('/proc/300/fd')).toBeLessThanOrEqual(8);
  });

  it('finds a young process as soon as it opens the device, and forgets it at its end', async () => {
    const world = new FakeProbeWorld();
    world.links.set('/proc/100/fd/1', '/dev/null');
    const clients = new DrmClients();
    await clients.read(world);
    world.links.set('/proc/300/fd/1', '/dev/null');
    expect(await clients.read(world)).toEqual([]);
    open(world, 300, 9, xe(4, 0, 1));
    expect((await clients.read(world)).map(({ pid }) => pid)).toEqual([300]);
    for (const map of [world.links, world.files]) {
      for (const path of map.keys()) if (path.startsWith('/proc/300')) map.delete(path);
    }
    expect(await clients.read(world)).toEqual([]);
  });
});
