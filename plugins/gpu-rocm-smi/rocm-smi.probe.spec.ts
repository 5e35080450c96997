import { describe, expect, it } from 'vitest';
import { GpuSample } from '#lib/plugin-api';
import { FakeProbeWorld } from '#lib/plugin-api/testing';
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

describe('RocmSmiProbe', () => {
  it('prefers amd-smi and joins the addresses of its list', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('rocm-smi', printing('{"card0":{"GUID":"1"}}'));
    world.programs.set('amd-smi', ([command]) =>
      printing(
        command === 'list'
          ? '[{"gpu":0,"bdf":"0000:C1:00.0","uuid":"aaff"}]'
          : '[{"gpu":0,"usage":{"gfx_activity":{"value":3,"unit":"%"}}}]',
      )(),
    );
    expect(await firstSamples(world)).toMatchObject([
      { pciAddress: '0000:c1:00.0', uuid: 'aaff', utilizationPercent: 3 },
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

  it('is refused when no tool lists a card', async () => {
    const world = new FakeProbeWorld();
    world.programs.set('rocm-smi', printing('No AMD GPUs specified'));
    await expect(new RocmSmiProbe().detect(world.context(), signal)).rejects.toMatchObject({
      reason: 'no_data',
    });
  });
});
