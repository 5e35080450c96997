import { describe, expect, it } from 'vitest';
import { GpuSample } from '#lib/plugin-api';
import { FakeProbeWorld } from '#lib/plugin-api/testing';
import { parseAmdSamples } from './amd-smi-sample.js';
import { parseRocmInventory } from './rocm-inventory.js';
import { parseRocmSamples } from './rocm-sample.js';
import { RocmSmiProbe } from './rocm-smi.probe.js';

const { signal } = new AbortController();

function printing(stdout: string) {
  return () => ({ code: 0, stdout, stderr: '' });
}

async function firstSamples(world: FakeProbeWorld): Promise<readonly GpuSample[]> {
  const probe = new RocmSmiProbe();
  expect(await probe.detect(world.context(), signal)).toBe(true);
  const seen = Promise.withResolvers<readonly GpuSample[]>();
  const handle = probe.start(world.context(), { samples: seen.resolve, failed: seen.reject });
  const samples = await seen.promise;
  await handle.stop();
  return samples;
}

describe('parseAmdSamples', () => {
  it('finds the JSON among warnings, numbers in texts, and other units', () => {
    const memory = '{"total_vram":{"value":"24","unit":"GB"},"used_vram":{"value":1,"unit":"MB"}}';
    const output = `WARNING: x\n{"gpu_data":[{"gpu":1,"usage":"N/A","mem_usage":${memory}}]}\nbye`;
    expect(parseAmdSamples(output)).toMatchObject([
      {
        index: 1,
        utilizationPercent: null,
        memoryTotalBytes: 24 * 1024 ** 3,
        memoryUsedBytes: 1024 ** 2,
      },
    ]);
  });

  it.each([
    ['{"socket_power":{"value":148,"unit":"W"},"average_socket_power":"N/A"}', 148],
    ['{"current_socket_power":{"value":412,"unit":"W"},"average_socket_power":"N/A"}', 412],
    ['{"current_socket_power":"N/A","average_socket_power":{"value":31,"unit":"W"}}', 31],
    ['"N/A"', null],
  ])('reads the power of %s', (power, powerWatts) => {
    expect(parseAmdSamples(`[{"gpu":0,"power":${power}}]`)).toMatchObject([{ powerWatts }]);
  });

  it('reads clocks, the load of the memory, and a fan without a share', () => {
    const clock = '{"gfx_0":{"clk":{"value":2100,"unit":"MHz"}},"mem_0":{"clk":"N/A"}}';
    const fan = '{"speed":51,"max":255,"rpm":900,"usage":"N/A"}';
    const usage = '{"gfx_activity":"N/A","umc_activity":{"value":7,"unit":"%"}}';
    const output = `[{"gpu":0,"clock":${clock},"fan":${fan},"usage":${usage}}]`;
    expect(parseAmdSamples(output)).toMatchObject([
      { clockHertz: 2.1e9, memoryClockHertz: null, fanPercent: 20, memoryBusyPercent: 7 },
    ]);
  });

  it('reads the texts with units of versions before 6.1', () => {
    const memory = '{"total_vram":"65520 MB","used_vram":"2 GB"}';
    const figures = '"usage":{"gfx_activity":"12 %"},"power":{"socket_power":"35.5 W"}';
    const temperature = '{"edge":"45 °C","hotspot":"N/A","mem":"-1 °C"}';
    const output = `[{"gpu":0,${figures},"temperature":${temperature},"mem_usage":${memory}}]`;
    expect(parseAmdSamples(output)).toMatchObject([
      {
        utilizationPercent: 12,
        powerWatts: 35.5,
        temperatureCelsius: 45,
        memoryTemperatureCelsius: -1,
        memoryTotalBytes: 65_520 * 1024 ** 2,
        memoryUsedBytes: 2 * 1024 ** 3,
      },
    ]);
  });

  it.each([
    ['-1', 0],
    ['1.5', 0],
    ['"3"', 3],
    ['"N/A"', 0],
  ])('numbers a device that the tool calls %s as %i', (gpu, index) => {
    expect(parseAmdSamples(`[WARN] x\n[{"gpu":${gpu}}]`)).toMatchObject([{ index }]);
  });

  it('leaves everything unknown that is not available', () => {
    const parts = ['usage', 'power', 'clock', 'temperature', 'fan', 'mem_usage'];
    const entry = Object.fromEntries(parts.map((name) => [name, 'N/A']));
    const [sample] = parseAmdSamples(JSON.stringify({ gpu_data: [{ gpu: 0, ...entry }] }));
    const known = Object.entries(sample!).filter(([, value]) => value !== null);
    expect(Object.fromEntries(known)).toEqual({ index: 0, vendor: 'AMD', memoryKind: 'dedicated' });
  });

  it.each(['', 'no JSON', '{', '[1', '{"gpu_data":"N/A"}'])('finds nothing in %j', (output) => {
    expect(parseAmdSamples(output)).toEqual([]);
  });
});

describe('parseRocmSamples', () => {
  it('shows older spellings, but not to the compatible API', () => {
    const header = 'device,Card series,GPU ID,Fan Speed (%),Temperature (Sensor edge) (C)';
    const [sample] = parseRocmSamples(`${header}\ncard0,Vega 20,0x66af,30,41.0\n`);
    expect(sample).toMatchObject({
      name: 'Vega 20',
      fanPercent: 30,
      temperatureCelsius: 41,
      compatible: { name: 'card0', uuid: '', fanPercent: 0, temperatureCelsius: 41 },
    });
  });
});

describe('parseRocmSamples, of odd outputs,', () => {
  const header =
    'device,Temperature (Sensor edge) (C),Temperature (Sensor junction) (C),' +
    'Current Socket Graphics Package Power (W),Average Graphics Package Power (W)';
  const mixed = [
    { index: 0, temperatureCelsius: 50, temperatureSource: 'junction', powerWatts: 132 },
    { index: 1, temperatureCelsius: 40, temperatureSource: 'edge', powerWatts: 30 },
  ];
  const rows = 'card0,N/A,50.0,132.0,N/A\ncard1,40.0,41.0,N/A,30.0\n';

  it.each([
    ['a table', `${header}\n${rows}`],
    ['a byte order mark and carriage returns', `\uFEFF${header}\n${rows}`.replaceAll('\n', '\r\n')],
    [
      'warnings around and between',
      `WARNING: low-power state\n\n${header}\ncard7\n${rows}=== End ===\n`,
    ],
  ])('reads two kinds of cards in %s', (_what, output) => {
    expect(parseRocmSamples(output)).toMatchObject(mixed);
  });

  it('lets the last power column win in the compatible API, even without a value', () => {
    const watts = parseRocmSamples(`${header}\n${rows}`).map(({ compatible }) => compatible);
    expect(watts).toMatchObject([
      { temperatureCelsius: 0, powerWatts: 0 },
      { temperatureCelsius: 40, powerWatts: 30 },
    ]);
  });

  it('reads JSON with indents between other lines, with numbers instead of texts', () => {
    const cards = { card3: { 'GPU use (%)': 7, 'Fan speed (%)': null, GUID: 'N/A' }, system: {} };
    const output = `[WARN] x\n${JSON.stringify(cards, null, 4)}\n}\n`;
    expect(parseRocmSamples(output)).toMatchObject([
      { index: 3, utilizationPercent: 7, fanPercent: null, uuid: null },
    ]);
  });

  it('leaves unknown what comes with a unit or in words', () => {
    const card = { 'GPU use (%)': '99%', 'Fan speed (%)': 'Unable to detect fan speed for GPU 0' };
    expect(parseRocmSamples(JSON.stringify({ card0: card }))).toMatchObject([
      { utilizationPercent: null, fanPercent: null },
    ]);
  });

  it.each(['{}', '{"system":{"Driver version":"6"}}', '{"card0x":{}}', 'device,GPU use (%)\n'])(
    'finds no card in %j',
    (output) => {
      expect(parseRocmSamples(output)).toEqual([]);
    },
  );
});

describe('parseRocmInventory', () => {
  it('reads what does not change', () => {
    const header =
      'device,PCI Bus,VRAM Total Memory (B),Card Series,GFX Version,Driver version,Max Graphics Package Power (W)';
    const row = 'card0,0000:03:00.0,25753026560,Navi 31,gfx1100,6.8.5,339.0';
    expect(parseRocmInventory(`${header}\n${row}\n`)).toMatchObject([
      {
        pciAddress: '0000:03:00.0',
        vendor: 'AMD',
        model: 'Navi 31',
        architecture: 'gfx1100',
        memoryKind: 'dedicated',
        memoryBytes: 25_753_026_560,
        driverVersion: '6.8.5',
        powerLimitWatts: 339,
      },
    ]);
  });
});

describe('RocmSmiProbe', () => {
  it('prefers amd-smi and joins the addresses of its list', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('rocm-smi', printing('{"card0":{"GUID":"1"}}'));
    world.programs.set('amd-smi', ([command]) =>
      printing(
        {
          list: '[{"gpu":0,"bdf":"0000:C1:00.0","uuid":"aaff"}]',
          static: '[{"gpu":0,"asic":{"market_name":"Instinct MI300X"}}]',
          metric: '[{"gpu":0,"usage":{"gfx_activity":{"value":3,"unit":"%"}}}]',
        }[command!]!,
      )(),
    );
    expect(await firstSamples(world)).toMatchObject([
      {
        name: 'Instinct MI300X',
        pciAddress: '0000:c1:00.0',
        uuid: 'aaff',
        utilizationPercent: 3,
      },
    ]);
  });

  it('falls back to rocm-smi when amd-smi lists nothing', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('amd-smi', printing('ERROR: no driver'));
    world.programs.set('rocm-smi', printing('{"card2":{"GUID":"1","gpu USE (%)":"9"}}'));
    expect(await firstSamples(world)).toMatchObject([{ index: 2, utilizationPercent: 9 }]);
  });

  it('reads the column names of older versions', async () => {
    const world = new FakeProbeWorld();
    const card = '{"Card series":"Vega 20","Fan Speed (%)":"30","GPU ID":"0x66af"}';
    world.programs.set('rocm-smi', printing(`{"card0":${card},"system":{"Driver":"5"}}`));
    expect(await firstSamples(world)).toMatchObject([{ name: 'Vega 20', fanPercent: 30 }]);
  });

  it('asks its tool once per period from the first moment on', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('rocm-smi', printing('{"card0":{"GUID":"1"}}'));
    const probe = new RocmSmiProbe();
    await probe.detect(world.context(), signal);
    const rounds: (readonly GpuSample[])[] = [];
    const handle = probe.start(world.context(), {
      samples: (samples) => rounds.push(samples),
      failed: () => {},
    });
    await world.advance(0);
    expect([rounds.length, world.runs.length]).toEqual([1, 1]);
    await world.advance(4999);
    expect(world.runs).toHaveLength(1);
    await world.advance(10_001);
    expect([rounds.length, world.runs.length]).toEqual([4, 4]);
    await handle.stop();
  });

  it('names what is missing', async () => {
    const detected = new RocmSmiProbe().detect(new FakeProbeWorld().context(), signal);
    await expect(detected).rejects.toMatchObject({ reason: 'absent' });
  });

  it('is refused when no tool lists a card', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('rocm-smi', printing('No AMD GPUs specified'));
    await expect(new RocmSmiProbe().detect(world.context(), signal)).rejects.toMatchObject({
      reason: 'no_data',
    });
  });
});
