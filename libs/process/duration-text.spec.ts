import { expect, it } from 'vitest';
import { durationText } from './duration-text.js';

it.each([
  [0, '0s'],
  [15, '15s'],
  [60, '1m0s'],
  [90, '1m30s'],
  [120, '2m0s'],
  [500, '8m20s'],
  [3600, '1h0m0s'],
  [3725, '1h2m5s'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
