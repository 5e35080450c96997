import { describe, expect, it } from 'vitest';
import { shownHeaders } from './shown-headers.js';

describe('shownHeaders', () => {
  it.each([
    [['content-type', 'a/b'], { 'Content-Type': 'a/b' }],
    [['X-REQUEST-ID', '1', 'x-request-id', '2'], { 'X-Request-Id': '1' }],
    [[':authority', 'host'], {}],
    [['Authorization', 'Bearer x'], { Authorization: '[REDACTED]' }],
    [['proxy-authorization', 'x'], { 'Proxy-Authorization': '[REDACTED]' }],
    [['COOKIE', 'x'], { Cookie: '[REDACTED]' }],
    [['set-cookie', 'x'], { 'Set-Cookie': '[REDACTED]' }],
    [['x-api-key', 'x'], { 'X-Api-Key': '[REDACTED]' }],
    [['x-goog-api-key', 'x'], { 'X-Goog-Api-Key': '[REDACTED]' }],
    [['api-key', 'x'], { 'Api-Key': '[REDACTED]' }],
  ])('shows %j as %j', (pairs, shown) => {
    expect(shownHeaders(pairs)).toEqual(shown);
  });

  it('blanks further names that it is told of', () => {
    const shown = shownHeaders(['X-Mine', 'secret'], new Set(['x-mine']));
    expect(shown).toEqual({ 'X-Mine': '[REDACTED]' });
  });
});
