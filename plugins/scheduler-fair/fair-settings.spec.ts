import { PluginConfigError } from '#lib/plugin-api';
import { describe, expect, it } from 'vitest';
import { readFairSettings } from './fair-settings.js';

describe('settings of the fair scheduler', () => {
  it('have defaults', () => {
    const defaults = { maxWaitMs: null, agingMs: 10_000, holdMs: 5000 };
    for (const settings of [null, undefined, {}, new Map()]) {
      expect(readFairSettings(settings)).toEqual(defaults);
    }
  });

  it.each([
    [90, 90_000],
    [0, 0],
    ['250ms', 250],
    ['1.5m', 90_000],
    ['2 h', 7_200_000],
    ['45', 45_000],
  ])('read %j as a duration', (maxWait, maxWaitMs) => {
    expect(readFairSettings({ maxWait }).maxWaitMs).toBe(maxWaitMs);
    expect(readFairSettings(new Map([['maxWait', maxWait]])).maxWaitMs).toBe(maxWaitMs);
  });

  it('name every duration that cannot be read', () => {
    const settings = { maxWait: -1, aging: 'soon', hold: true };
    expect(() => readFairSettings(settings)).toThrow(PluginConfigError);
    expect(() => readFairSettings(settings)).toThrow(/maxWait.*-1[^]*aging.*"soon"[^]*hold.*true/);
  });
});
