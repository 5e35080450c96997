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

  it.each(['', `${UUID}, [N/A], 3`, `${UUID}, 12, [N/A]`, 'No running processes found'])(
    'passes over %j',
    (line) => {
      expect(parseComputeRow(line)).toBeNull();
    },
  );
});
