import { expect, it } from 'vitest';
import { modelColour } from './model-colour.js';

it('gives fifteen models a colour of their own', () => {
  const colours = Array.from({ length: 15 }, (_, index) => modelColour(index));
  expect(new Set(colours).size).toBe(15);
  expect(colours[0]).toBe('var(--chart-1)');
});
