import { expect, it } from 'vitest';
import { headerNames } from './cors.js';

it.each([
  ['  X-Custom ,  Accept ', 'X-Custom, Accept'],
  ['Valid, Bad Header', 'Valid'],
  ['a\r\nb, x(y)', ''],
  ["!#$%&'*+-.^_`|~1aZ", "!#$%&'*+-.^_`|~1aZ"],
  [',,', ''],
])('keeps of %j the header names %j', (list, names) => {
  expect(headerNames(list)).toBe(names);
});
