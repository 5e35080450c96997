import { expect, it } from 'vitest';
import { readExtra } from './chat-extra.js';

it.each([
  ['', {}],
  ['  \n', {}],
  ['{"top_p": 0.9, "stop": ["x"]}', { top_p: 0.9, stop: ['x'] }],
])('reads %j', (text, expected) => {
  expect(readExtra(text)).toEqual(expected);
});

it.each([
  ['{"top_p":', /not JSON/],
  ['[1]', /not a JSON object/],
  ['null', /not a JSON object/],
  ['{"messages": []}', /"messages" is written by the conversation/],
])('says what is wrong with %j', (text, expected) => {
  expect(readExtra(text)).toMatch(expected);
});
