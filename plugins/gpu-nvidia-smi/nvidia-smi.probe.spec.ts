import { describe, expect, it } from 'vitest';
import { GpuSample, ProgramResult } from '#lib/plugin-api';
import { FakeProbeWorld, FakeProgram } from '#lib/plugin-api/testing';
import { NvidiaSmiProbe } from './nvidia-smi.probe.js';

const UUID = 'GPU-3f6a1c52-8d0e-4b77-9a51-c2d4e6f80913';
const BASE = `0, NVIDIA L4, ${UUID}, 54, 87, 100, 200, [N/A], 70.5`;
const FULL = `${BASE}, [N/A], 12, 72.00, 1410, 6250, P2, 0x0000000000000024, 3, 00000000:01:00.0, 580.95`;

function printing(stdout: string): () => ProgramResult {
  return () => ({ code: 0, stdout, stderr: '' });
}

async function started(list = '') {
  const world = new FakeProbeWorld();
  world.programs.set('nvidia-smi', ([first]) => printing(first === '-L' ? list : FULL)());
  const probe = new NvidiaSmiProbe();
  await probe.detect(world.context(), new AbortController().signal);
  const snapshots: (readonly GpuSample[])[] = [];
  const failures: Error[] = [];
  const troubles: Error[] = [];
  const handle = probe.start(world.context(), {
    samples: (samples) => snapshots.push(samples),
    failed: (error) => failures.push(error),
    trouble: (error) => troubles.push(error),
  });
  const byQuery = (query: string): FakeProgram =>
    world.followed.find(({ args }) => args[0]!.startsWith(query))!;
  const [loop, apps] = [byQuery('--query-gpu'), byQuery('--query-compute-apps')];
  return { world, probe, snapshots, failures, troubles, handle, loop, apps };
}

describe('NvidiaSmiProbe', () => {
  const { signal } = new AbortController();

  it('is not there without the program', async () => {
    const detected = new NvidiaSmiProbe().detect(new FakeProbeWorld().context(), signal);
    await expect(detected).rejects.toMatchObject({
      reason: 'absent',
      message: 'nvidia-smi is not on PATH',
    });
  });

  it.each([
    ['DRIVER=nouveau\nPCI_ID=10DE:2684\n', 'driver nouveau'],
    ['PCI_ID=10DE:2684\n', 'no driver'],
  ])('names the card that the program is missing for (%j)', async (uevent, driver) => {
    const world = new FakeProbeWorld();
    const pci = '/sys/bus/pci/devices';
    world.files.set(`${pci}/0000:00:1f.0/vendor`, '0x8086\n');
    world.files.set(`${pci}/0000:01:00.1/vendor`, '0x10de\n');
    world.files.set(`${pci}/0000:01:00.1/class`, '0x040300\n');
    world.files.set(`${pci}/0000:02:00.0/vendor`, '0x10de\n');
    world.files.set(`${pci}/0000:02:00.0/class`, '0x030000\n');
    world.files.set(`${pci}/0000:02:00.0/uevent`, uevent);
    await expect(new NvidiaSmiProbe().detect(world.context(), signal)).rejects.toThrow(
      `an NVIDIA GPU is there (0000:02:00.0, ${driver})`,
    );
  });

  it('leaves out a column that the driver does not know', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('nvidia-smi', ([query]) =>
      query!.includes('clocks.sm')
        ? printing('Field "clocks.sm" is not a valid field to query.\n')()
        : printing(`${BASE}, [N/A], 1, 72.00, 6250, P0, 0x0, 0, 00000000:01:00.0, 580.95`)(),
    );
    const probe = new NvidiaSmiProbe();
    expect(await probe.detect(world.context(), signal)).toBe(true);
    expect(world.runs).toHaveLength(2);
    expect(world.runs[1]).not.toContain('clocks.sm');
    expect(await probe.detect(world.context(), signal)).toBe(true);
    expect(world.runs[2]).toBe(world.runs[1]);
  });

  it('asks an older driver by the name that it knows', async () => {
    const world = new FakeProbeWorld();
    const field = 'clocks_event_reasons.active';
    world.programs.set('nvidia-smi', ([query]) =>
      query!.includes(field)
        ? printing(`Field "${field}" is not a valid field to query.\n`)()
        : printing(FULL)(),
    );
    expect(await new NvidiaSmiProbe().detect(world.context(), signal)).toBe(true);
    expect(world.runs[1]).toContain('clocks_throttle_reasons.active');
  });

  it('asks a tool that knows the usual question only for no more than that', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('nvidia-smi', ([query]) =>
      query!.endsWith(',power.draw') ? printing(BASE)() : printing('usage: …')(),
    );
    const probe = new NvidiaSmiProbe();
    expect(await probe.detect(world.context(), signal)).toBe(true);
    const handle = probe.start(world.context(), { samples: () => {}, failed: () => {} });
    expect(world.followed[0]!.args[0]).toMatch(/,power\.draw$/);
    await handle.stop();
  });

  it('does not ask a second time where the driver is broken', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('nvidia-smi', printing('No devices were found\n'));
    const detected = new NvidiaSmiProbe().detect(world.context(), signal);
    await expect(detected).rejects.toThrow(
      /No devices were found \(the driver runs but has no GPU/,
    );
    expect(world.runs).toHaveLength(1);
  });

  it('is refused when the program prints no row', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('nvidia-smi', printing('what?\n'));
    const detected = new NvidiaSmiProbe().detect(world.context(), new AbortController().signal);
    await expect(detected).rejects.toMatchObject({ reason: 'no_data', message: 'what?' });
  });

  it('asks once per period', async () => {
    const { loop, handle } = await started();
    expect(loop.args.slice(-2)).toEqual(['--loop', '5']);
    await handle.stop();
  });

  it('reads what it asked for beside the base columns', async () => {
    const { world, loop, snapshots, handle } = await started();
    loop.listener.line(FULL);
    await world.advance(250);
    expect(snapshots).toMatchObject([
      [
        {
          pciAddress: '0000:01:00.0',
          clockHertz: 1.41e9,
          powerLimitWatts: 72,
          memoryBusyPercent: 12,
          performanceState: 'P2',
          throttleReasons: ['sw_power_cap', 'sw_thermal_slowdown'],
          uncorrectedErrors: 3,
          driverVersion: '580.95',
        },
      ],
    ]);
    await handle.stop();
  });

  it('begins a new snapshot when a device comes again', async () => {
    const { loop, snapshots, handle } = await started();
    loop.listener.line(FULL);
    loop.listener.line(FULL);
    expect(snapshots).toHaveLength(1);
    await handle.stop();
  });

  it('tells the memory of each process, where the driver does', async () => {
    const { world, loop, apps, snapshots, handle } = await started();
    apps.listener.line(`${UUID}, 4711, 512`);
    apps.listener.line(`${UUID}, 4712, [N/A]`);
    loop.listener.line(FULL);
    await world.advance(250);
    expect(snapshots[0]![0]!.processes).toEqual(new Map([[4711, 512 * 1024 * 1024]]));
    await handle.stop();
  });

  it('leaves the processes unknown when the driver does not tell', async () => {
    const { world, loop, apps, snapshots, handle } = await started();
    apps.listener.ended({ code: 2, signal: null, stderr: '' });
    loop.listener.line(FULL);
    await world.advance(250);
    expect(snapshots[0]![0]!.processes).toBeNull();
    await handle.stop();
  });

  it('follows the processes again some time after their loop has ended', async () => {
    const { world, loop, apps, snapshots, handle } = await started();
    apps.listener.ended({ code: null, signal: 'SIGKILL', stderr: '' });
    for (let round = 0; round < 13; round += 1) {
      loop.listener.line(FULL);
      await world.advance(5000);
    }
    world.followed.at(-1)!.listener.line(`${UUID}, 7, 1`);
    loop.listener.line(FULL);
    await world.advance(250);
    expect(snapshots.at(-1)![0]!.processes).toEqual(new Map([[7, 1024 * 1024]]));
    await handle.stop();
  });

  it('tells the instances of a divided device', async () => {
    const { world, loop, snapshots, handle } = await started(
      `GPU 0: NVIDIA A100 (UUID: ${UUID})\n  MIG 3g.20gb     Device  0: (UUID: MIG-1)\n`,
    );
    await world.advance(0);
    loop.listener.line(FULL);
    await world.advance(250);
    expect(snapshots[0]![0]!.instances).toEqual([{ profile: '3g.20gb', uuid: 'MIG-1' }]);
    await handle.stop();
  });

  it('goes on with the other devices when one is lost, and says so', async () => {
    const { world, loop, snapshots, failures, troubles, handle } = await started();
    loop.listener.line('Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.');
    loop.listener.line(FULL);
    await world.advance(250);
    expect([snapshots.length, failures]).toEqual([1, []]);
    expect(troubles).toMatchObject([{ reason: 'gpu_lost' }]);
    await handle.stop();
  });

  it('says so too when the query shows a lost device as nothing but words', async () => {
    const { world, loop, snapshots, troubles, handle } = await started();
    loop.listener.line(`1${', [GPU is lost]'.repeat(8)}`);
    loop.listener.line(FULL);
    await world.advance(250);
    expect(snapshots.map((samples) => samples.map(({ index }) => index))).toEqual([[0]]);
    expect(troubles).toMatchObject([{ reason: 'gpu_lost' }]);
    await handle.stop();
  });

  it('adds up what a process holds in several parts of a device', async () => {
    const { world, loop, apps, snapshots, handle } = await started();
    for (const mib of [100, 28]) apps.listener.line(`${UUID}, 4194304, ${mib}`);
    loop.listener.line(FULL);
    await world.advance(250);
    expect(snapshots[0]![0]!.processes).toEqual(new Map([[4_194_304, 128 * 1024 * 1024]]));
    await handle.stop();
  });

  it('reports the end of the loop once, with the words of the tool', async () => {
    const { world, loop, failures } = await started();
    loop.listener.line('Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.');
    loop.listener.ended({ code: 15, signal: null, stderr: '' });
    loop.listener.ended({ code: 15, signal: null, stderr: '' });
    await world.advance(0);
    expect(failures).toMatchObject([{ reason: 'gpu_lost' }]);
    expect(world.pendingTimers).toBe(0);
  });

  it('delivers what a loop printed before it ended', async () => {
    const { world, loop, snapshots } = await started();
    loop.listener.line(FULL);
    loop.listener.ended({ code: 0, signal: null, stderr: '' });
    await world.advance(0);
    expect(snapshots).toHaveLength(1);
  });

  it('gives a loop up that prints nothing for three intervals', async () => {
    const { world, loop, failures } = await started();
    await world.advance(19_999);
    expect(failures).toEqual([]);
    await world.advance(1);
    expect(failures).toMatchObject([{ reason: 'silent' }]);
    expect(loop.isKilled).toBe(true);
  });

  it('says nothing after it was stopped', async () => {
    const { world, loop, apps, failures, handle } = await started();
    await handle.stop();
    loop.listener.ended({ code: null, signal: 'SIGKILL', stderr: '' });
    expect(failures).toEqual([]);
    expect([loop.isKilled, apps.isKilled, world.pendingTimers]).toEqual([true, true, 0]);
  });
});
