import { describe, expect, it } from 'vitest';
import { contrast } from './colour.js';
import { type PaletteName, PALETTES, themeTokens } from './themes.js';

const names = Object.keys(PALETTES) as PaletteName[];
const grounds = ['background', 'card', 'muted', 'accent', 'sidebar'];
const texts = [
  'foreground',
  'link',
  'muted-foreground',
  'destructive',
  'success',
  'warning',
  'info',
];

describe.each(names)('palette %s', (name) => {
  it.each(['light', 'dark'] as const)('can be read everywhere in %s mode', (mode) => {
    const tokens = themeTokens(name, mode);
    const weak = texts.flatMap((text) =>
      grounds
        .map((ground) => ({ text, ground, ratio: contrast(tokens[text]!, tokens[ground]!) }))
        .filter(({ ratio }) => ratio < 4.5),
    );
    expect(weak).toEqual([]);
    expect(contrast(tokens['primary-foreground']!, tokens['primary']!)).toBeGreaterThan(4.5);
  });
});

it('offers the eleven palettes', () => {
  expect(names).toHaveLength(11);
});

it('measures contrast as WCAG does', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
