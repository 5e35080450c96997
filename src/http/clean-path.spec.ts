import { expect, it } from 'vitest';
import { cleanPath } from './clean-path.js';

it.each([
  ['/v1/models', null],
  ['/v1/.hidden', null],
  ['/', null],
  ['//', '/'],
  ['//v1///models', '/v1/models'],
  ['/v1/./models', '/v1/models'],
  ['/v1/x/../models', '/v1/models'],
  ['/../../v1', '/v1'],
  ['/v1/models/.', '/v1/models/'],
  ['/v1/models/..', '/v1/'],
  ['/a//', '/a/'],
  ['/a%2Fb//c%20d', '/a%2Fb/c%20d'],
  ['/upstream/m//x', null],
  ['/comfyui/../x', null],
])('of %s is %s', (path, clean) => {
  expect(cleanPath(path)).toBe(clean);
});
