import { describe, expect, it } from 'vitest';
import { GpuSample, ProbeError } from '#lib/plugin-api';
import { FakeProbeWorld, describeGpuProbe } from '#lib/plugin-api/testing';
import { parseCounterRound } from './counter-round.js';
import { WindowsProbe } from './windows.probe.js';

const LUID = 'luid_0x00000000_0x0000D5A1_phys_0';
/** A round as PowerShell prints it. */
const ROUND = JSON.stringify({
  engines: [
    { instance: `pid_4_${LUID}_eng_0_engtype_3D`, value: 30 },
    { instance: `pid_9_${LUID}_eng_0_engtype_3D`, value: 25 },
    { instance: `pid_9_${LUID}_eng_1_engtype_Copy`, value: 60 },
  ],
  memory: [{ instance: LUID, value: 2 ** 30 }],
  adapters: [
    { name: 'AMD Radeon RX 7900 XTX', luid: 0xd5a1, memoryBytes: 24 * 2 ** 30, vendorId: 0x1002 },
  ],
});

const windows = { platform: 'win32' as const };

function prepare(world: FakeProbeWorld): void {
  world.programs.set('powershell', () => ({ code: 0, stdout: '', stderr: '' }));
}

describeGpuProbe(
  { describe, it },
  {
    name: 'windows',
    create: () => new WindowsProbe(),
    context: windows,
    prepare,
    tell: ({ followed }) => followed[0]!.listener.line(ROUND),
  },
);

function counted(low: string) {
  return { instance: `luid_0x0_0x${low}_phys_0`, value: 1 };
}

async function started() {
  const world = new FakeProbeWorld();
  prepare(world);
  const probe = new WindowsProbe();
  const context = world.context(windows);
  await probe.detect(context);
  const rounds: (readonly GpuSample[])[] = [];
  const failures: ProbeError[] = [];
  const handle = probe.start(context, {
    samples: (samples) => rounds.push(samples),
    failed: (error) => failures.push(error as ProbeError),
  });
  return { world, tool: world.followed[0]!, rounds, failures, handle };
}

describe('WindowsProbe', () => {
  it('takes the busiest engine, and the name and memory of its adapter', async () => {
    const { world, tool, rounds, handle } = await started();
    tool.listener.line('Get-CimInstance : some warning');
    tool.listener.line(ROUND);
    await world.advance(0);
    expect(rounds).toMatchObject([
      [
        {
          name: 'AMD Radeon RX 7900 XTX',
          utilizationPercent: 60,
          memoryUsedBytes: 2 ** 30,
          memoryTotalBytes: 24 * 2 ** 30,
          memoryKind: 'dedicated',
          compatible: { utilizationPercent: 100 },
        },
      ],
    ]);
    await handle.stop();
  });

  it('leaves out adapters of an earlier start, those that are none, and what nvidia-smi reads', async () => {
    const round = JSON.stringify({
      engines: [],
      memory: [counted('A'), counted('B'), counted('C'), counted('D')],
      adapters: [
        { name: 'NVIDIA L4', luid: 10, memoryBytes: 1, vendorId: 0x10de },
        { name: 'Microsoft Basic Render Driver', luid: 11, memoryBytes: 0, vendorId: 0x1414 },
        { name: 'Intel Arc', luid: 12, memoryBytes: 1, vendorId: 0x8086 },
        { name: 'of yesterday', luid: 99, memoryBytes: 1, vendorId: 0x1002 },
      ],
    });
    const names = (isNvidiaLeftOut: boolean) =>
      parseCounterRound(round, { isNvidiaLeftOut })!.map(({ name, vendor }) => [name, vendor]);
    expect(names(true)).toEqual([
      ['Intel Arc', 'Intel'],
      ['GPU 1', null],
    ]);
    expect(names(false)).toContainEqual(['NVIDIA L4', 'NVIDIA']);
  });

  it('asks at the interval', async () => {
    const { tool, handle } = await started();
    expect(tool.args.at(-1)).toContain('Start-Sleep -Seconds 5');
    await handle.stop();
  });

  it('says once how PowerShell has ended', async () => {
    const { world, tool, failures } = await started();
    tool.listener.ended({ code: 1, signal: null, stderr: 'Access denied\n' });
    await world.advance(60_000);
    expect(failures.map(({ reason, message }) => [reason, message])).toEqual([
      ['exited', 'PowerShell has ended (code 1) Access denied'],
    ]);
  });

  it('gives up a PowerShell that hangs', async () => {
    const { world, tool, failures } = await started();
    await world.advance(20_000);
    expect([failures[0]?.reason, tool.isKilled]).toEqual(['silent', true]);
    expect(world.pendingTimers).toBe(0);
  });
});

it.each([
  ['a single value without its list', '{"engines":ENGINE,"memory":null,"adapters":null}'],
  ['values that are none', '{"engines":[ENGINE,null,{"instance":7},5,{"value":1}],"memory":[]}'],
  ['a byte order mark', '\uFEFF{"engines":[ENGINE]}'],
])('a round of the counters may have %s', (_what, text) => {
  const instance = 'pid_1_luid_0x00000000_0x0000D1E4_phys_0_eng_0_engtype_3D';
  const line = text.replace('ENGINE', JSON.stringify({ instance, value: 60 }));
  expect(parseCounterRound(line)).toMatchObject([{ uuid: 'luid-d1e4', utilizationPercent: 60 }]);
});
