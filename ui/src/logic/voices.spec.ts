import { expect, it } from 'vitest';
import { readVoices } from './voices.js';

it.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [{ voices: ['a'] }, ['a']],
  [{ voices: [{ id: 'x' }, {}] }, ['x']],
  [{ error: 'no' }, []],
  [null, []],
])('reads voices from %j', (answer, expected) => {
  expect(readVoices(answer)).toEqual(expected);
});
