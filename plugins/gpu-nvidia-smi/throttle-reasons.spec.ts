import { describe, expect, it } from 'vitest';
import { throttleReasons } from './throttle-reasons.js';

describe('throttleReasons', () => {
  it.each([
    ['0x0000000000000000', []],
    ['0x0000000000000001', ['gpu_idle']],
    ['0x0000000000000044', ['sw_power_cap', 'hw_thermal_slowdown']],
    ['0x1FF', expect.objectContaining({ length: 9 })],
    // A bit of a driver that is newer than this table.
    ['0x8000000000000004', ['sw_power_cap']],
    ['[N/A]', null],
    ['0x', null],
    ['4', null],
    [null, null],
  ])('reads %j', (text, reasons) => {
    expect(throttleReasons(text)).toEqual(reasons);
  });
});
