import { describe, expect, it } from 'vitest';
import { parseMacDisplays } from './mac-displays.js';

const GIB = 1024 ** 3;

/** As macOS 14 prints it on a MacBook Pro with Apple silicon. */
const SILICON = `{
  "SPDisplaysDataType" : [
    {
      "_name" : "kHW_AppleM2MaxItem",
      "spdisplays_mtlgpufamilysupport" : "spdisplays_metal3",
      "spdisplays_vendor" : "sppci_vendor_Apple",
      "sppci_bus" : "spdisplays_builtin",
      "sppci_cores" : "38",
      "sppci_device_type" : "spdisplays_gpu",
      "sppci_model" : "Apple M2 Max"
    }
  ]
}`;

/** A machine with two GPUs of the time before. */
const TWO = JSON.stringify({
  SPDisplaysDataType: [
    {
      _name: 'Intel UHD Graphics 630',
      spdisplays_vendor: 'Intel',
      spdisplays_vram_shared: '1536 MB',
      sppci_model: 'Intel UHD Graphics 630',
    },
    {
      _name: 'AMD Radeon Pro 5500M',
      spdisplays_vendor: 'AMD (0x1002)',
      spdisplays_vram: '8 GB',
      sppci_model: 'AMD Radeon Pro 5500M',
    },
  ],
});

describe('parseMacDisplays', () => {
  it('gives Apple silicon the memory of the machine', () => {
    expect(parseMacDisplays(SILICON, 64 * GIB)).toMatchObject([
      { vendor: 'Apple', model: 'Apple M2 Max', memoryKind: 'unified', memoryBytes: 64 * GIB },
    ]);
  });

  it('tells memory of its own from memory that is lent', () => {
    expect(parseMacDisplays(TWO, 64 * GIB)).toMatchObject([
      { vendor: 'Intel', memoryKind: 'shared_system', memoryBytes: 1.5 * GIB },
      { vendor: 'AMD', memoryKind: 'dedicated', memoryBytes: 8 * GIB },
    ]);
  });

  it('guesses nothing', () => {
    const odd = '{"SPDisplaysDataType":[{"_name":"x","spdisplays_vram":"a lot"}]}';
    expect(parseMacDisplays(odd, GIB)).toMatchObject([
      { vendor: null, model: 'x', memoryKind: 'unknown', memoryBytes: null },
    ]);
  });

  it.each(['', 'error', '{}', '{"SPDisplaysDataType":7}'])('finds nothing in %j', (output) => {
    expect(parseMacDisplays(output, GIB)).toEqual([]);
  });
});
