import { expect, it } from 'vitest';
import { readExtra } from './chat-extra.js';

it.each([
  ['', {}],
  ['  \n', {}],
  ['{"top_p": 0.9, "stop": ["x"]}', { top_p: 0.9, stop: ['x'] }],
  ['{"top_p":', /not JSON/],
  ['[1]', /not a JSON object/],
  ['null', /not a JSON object/],
  ['{"messages": []}', /"messages" is written by the conversation/],
])('reads %j', (text, expected) => {
  const extra = readExtra(text);
  if (expected instanceof RegExp) expect(extra).toMatch(expected);
  else expect(extra).toEqual(expected);
});
