import { expect, it } from 'vitest';
import { targetPath } from './target-path.js';

it.each([
  ['http://h:1', '/x', '', '/x'],
  ['http://h:1/', '/x', 'a=1', '/x?a=1'],
  ['http://h:1/base?k=v', '/x', 'a=1', '/base/x?k=v&a=1'],
  ['http://h:1/base/', '/x%2Fy', '', '/base/x%2Fy'],
  ['http://h:1/?k=v', '/', '', '/?k=v'],
])('to %s the path %s with query %j goes as %s', (url, path, query, expected) => {
  expect(targetPath(new URL(url), path, query)).toBe(expected);
});
