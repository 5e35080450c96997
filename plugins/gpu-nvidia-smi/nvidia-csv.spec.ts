import { describe, expect, it } from 'vitest';
import { parseComputeRow, parseNvidiaRow } from './nvidia-csv.js';

const UUID = 'GPU-3f6a1c52-8d0e-4b77-9a51-c2d4e6f80913';

describe('parseNvidiaRow', () => {
  it('keeps a comma in the name', () => {
    const row = `1, NVIDIA A100, 80GB, ${UUID}, 33, 5, 1, 2, [N/A], 118.26`;
    expect(parseNvidiaRow(row)).toMatchObject({
      index: 1,
      name: 'NVIDIA A100, 80GB',
      powerWatts: 118.26,
    });
  });

  it('keeps a comma in the name when the UUID is a placeholder', () => {
    const row = '1, NVIDIA A100, 80GB, [N/A], 33, 5, 1, 2, [N/A], 118.26';
    expect(parseNvidiaRow(row)).toMatchObject({ name: 'NVIDIA A100, 80GB', uuid: null });
  });

  it('shows the compatible API what that makes of words and fractions', () => {
    const row = '0, [Unknown Error], [N/A], 54.5, 7.5, 100.5, 200, 30.5, [N/A]';
    expect(parseNvidiaRow(row)).toMatchObject({
      name: null,
      uuid: null,
      temperatureCelsius: 54.5,
      memoryUsedBytes: 100.5 * 1024 * 1024,
      compatible: {
        name: '[Unknown Error]',
        uuid: '[N/A]',
        temperatureCelsius: 0,
        memoryUsedBytes: 0,
        memoryTotalBytes: 200 * 1024 * 1024,
      },
    });
  });

  it('reads a base row although more columns were asked for', () => {
    const row = `0, NVIDIA L4, ${UUID}, 54, 87, 100, 200, 30, 70`;
    expect(parseNvidiaRow(row, ['clocks.sm', 'clocks.mem'])).toMatchObject({
      powerWatts: 70,
      clockHertz: null,
    });
  });

  it('reads a base row with a placeholder for the UUID although more columns were asked for', () => {
    const row = '0, NVIDIA L4, [N/A], 54, 87, 100, 200, 30, 70';
    expect(parseNvidiaRow(row, ['clocks.sm', 'clocks.mem'])).toMatchObject({
      uuid: null,
      temperatureCelsius: 54,
      powerWatts: 70,
    });
  });

  it.each([
    ['[N/A]', 'unified'],
    ['[Not Supported]', 'unified'],
    ['[GPU requires reset]', 'dedicated'],
    ['24564', 'dedicated'],
  ])('takes a size of %s for %s memory', (total, memoryKind) => {
    const row = `0, NVIDIA GB10, ${UUID}, 44, 12, [N/A], ${total}, [N/A], 14.2`;
    expect(parseNvidiaRow(row)).toMatchObject({ memoryKind, utilizationPercent: 12 });
  });

  const MIB = 1024 * 1024;

  it.each([
    ['a byte order mark', `\uFEFF0, NVIDIA L4, ${UUID}, 54, 87, 100, 200, 30, 70.5`, {}],
    ['a carriage return', `0, NVIDIA L4, ${UUID}, 54, 87, 100, 200, 30, 70.5\r`, {}],
    ['no blanks', `0,NVIDIA L4,${UUID},54,87,100,200,30,70.5`, {}],
    [
      'a broken sensor',
      `0, NVIDIA L4, ${UUID}, ERR!, 87, 100, 200, ERR!, 70.5`,
      {
        temperatureCelsius: null,
        temperatureSource: null,
        fanPercent: null,
      },
    ],
    [
      'a name that looks like a UUID',
      `0, A, GPU-like one, ${UUID}, 54, 87, 100, 200, 30, 70.5`,
      {
        name: 'A, GPU-like one',
      },
    ],
    [
      'quotes in the name',
      `0, NVIDIA "L4", 24GB, ${UUID}, 54, 87, 100, 200, 30, 70.5`,
      {
        name: 'NVIDIA "L4", 24GB',
      },
    ],
    ['no name', `0, [N/A], ${UUID}, 54, 87, 100, 200, 30, 70.5`, { name: null }],
    [
      'words instead of all figures',
      `0, NVIDIA L4, ${UUID}${', [GPU requires reset]'.repeat(6)}`,
      {
        temperatureCelsius: null,
        temperatureSource: null,
        utilizationPercent: null,
        memoryUsedBytes: null,
        memoryTotalBytes: null,
        fanPercent: null,
        powerWatts: null,
      },
    ],
    [
      'zeros',
      `0, NVIDIA L4, ${UUID}, 0, 0, 0, 0, 0, 0.00`,
      {
        temperatureCelsius: 0,
        utilizationPercent: 0,
        memoryUsedBytes: 0,
        memoryTotalBytes: 0,
        fanPercent: 0,
        powerWatts: 0,
      },
    ],
  ])('reads a row with %s', (_what, row, changes) => {
    expect(parseNvidiaRow(row)).toMatchObject({
      index: 0,
      uuid: UUID,
      name: 'NVIDIA L4',
      temperatureCelsius: 54,
      temperatureSource: 'GPU',
      utilizationPercent: 87,
      memoryUsedBytes: 100 * MIB,
      memoryTotalBytes: 200 * MIB,
      fanPercent: 30,
      powerWatts: 70.5,
      ...changes,
    });
  });

  it.each([
    `1${', [GPU is lost]'.repeat(8)}`,
    `1${', [Unknown Error]'.repeat(8)}`,
    `-1, NVIDIA L4, ${UUID}, 54, 87, 100, 200, 30, 70.5`,
    `0x1, NVIDIA L4, ${UUID}, 54, 87, 100, 200, 30, 70.5`,
    'index, name, uuid, temperature.gpu, utilization.gpu [%], memory.used [MiB], a, b, c',
  ])('takes %j for no row', (line) => {
    expect(parseNvidiaRow(line)).toBeNull();
  });

  it('does not take a row that was cut off for a whole one', () => {
    const row = `0, NVIDIA L4, ${UUID}, 54, 87, 100, 200, 30, 70.5`;
    const cuts = Array.from({ length: row.lastIndexOf(',') }, (_, end) => row.slice(0, end));
    expect(cuts.filter((cut) => parseNvidiaRow(cut) !== null)).toEqual([]);
  });

  it.each(['', 'index, name', 'a, b, c, d, e, f, g, h, i', '0, NVIDIA L4, 54, 87', 'No devices'])(
    'passes over %j',
    (line) => {
      expect(parseNvidiaRow(line)).toBeNull();
    },
  );
});

describe('parseComputeRow', () => {
  it('reads bytes per process', () => {
    expect(parseComputeRow(`${UUID}, 12, 3`)).toEqual({
      uuid: UUID,
      pid: 12,
      memoryBytes: 3 * 1024 * 1024,
    });
  });

  it.each([
    '',
    `${UUID}, 1.5, 3`,
    `${UUID}, 12, 3 MiB`,
    `${UUID}, [N/A], 3`,
    `${UUID}, 12, [N/A]`,
    'No running processes found',
  ])('passes over %j', (line) => {
    expect(parseComputeRow(line)).toBeNull();
  });
});
