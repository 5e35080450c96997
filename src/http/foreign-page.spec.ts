import { expect, it } from 'vitest';
import { isFromForeignPage } from './foreign-page.js';

it.each([
  [{}, false],
  [{ host: 'localhost:8080' }, false],
  [{ 'sec-fetch-site': 'same-origin' }, false],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, true],
  [{ 'sec-fetch-site': 'same-site' }, true],
  [{ 'sec-fetch-site': 'same-origin', origin: 'https://behind.proxy', host: 'inner:1' }, false],
  [{ origin: 'http://localhost:8080', host: 'localhost:8080' }, false],
  [{ origin: 'http://Box:8080', host: 'BOX:8080' }, false],
  [{ origin: 'http://localhost:3000', host: 'localhost:8080' }, true],
  [{ origin: 'https://evil.example', host: 'localhost:8080' }, true],
  [{ origin: 'null', host: 'localhost:8080' }, true],
  [{ origin: 'https://a.example', ':authority': 'a.example' }, false],
])('of %j is %s', (headers, expected) => {
  expect(isFromForeignPage(headers)).toBe(expected);
});
