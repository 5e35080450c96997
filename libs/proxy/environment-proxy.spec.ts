import { describe, expect, it } from 'vitest';
import { environmentProxy } from './environment-proxy.js';

const BOTH = { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://s:2' };

describe('environmentProxy', () => {
  it.each([
    ['http://far/', BOTH, 'http://p:1/'],
    ['https://far/', BOTH, 'http://s:2/'],
    ['https://far/', { HTTP_PROXY: 'http://p:1' }, null],
    ['http://far/', { http_proxy: 'small:3', HTTP_PROXY: 'http://large:4' }, 'http://small:3/'],
    ['http://far/', { http_proxy: '', HTTP_PROXY: 'http://large:4' }, 'http://large:4/'],
    ['http://far/', { HTTP_PROXY: ' ' }, null],
    ['http://far/', { HTTP_PROXY: 'http://[bad' }, null],
    ['http://far/', {}, null],
  ])('of %s with %j is %s', (target, variables, expected) => {
    expect(environmentProxy(new URL(target), variables)?.href ?? null).toBe(expected);
  });

  it.each([
    'http://localhost:1',
    'http://LOCALHOST./',
    'http://a.localhost',
    'http://127.9.9.9',
    'http://[::1]:8',
  ])('is never taken for this machine: %s', (target) => {
    expect(environmentProxy(new URL(target), BOTH)).toBeNull();
  });

  it.each([
    ['*', 'http://far', true],
    ['far', 'http://far', true],
    ['far', 'http://a.far', true],
    ['far', 'http://nofar', false],
    ['.far', 'http://far', false],
    ['.far', 'http://a.far', true],
    ['*.far', 'http://a.b.far', true],
    ['*.far', 'http://far', false],
    ['FAR.', 'http://far', false],
    ['other, far', 'http://far', true],
    ['other far', 'http://far', true],
    ['far:80', 'http://far', true],
    ['far:81', 'http://far', false],
    ['far:443', 'https://far', true],
    ['10.0.0.1', 'http://10.0.0.1', true],
    ['10.0.0.0/8', 'http://10.9.9.9', true],
    ['10.0.0.0/8', 'http://11.0.0.1', false],
    ['10.0.0.0/8', 'http://ten', false],
    ['10.0.0.0/99', 'http://10.0.0.1', false],
    ['nonsense/8', 'http://10.0.0.1', false],
    ['fd00::/8', 'http://[fd12::1]', true],
    ['fd00::1', 'http://[fd00::1]', true],
    ['[fd00::1]:80', 'http://[fd00::1]', true],
    ['[fd00::1]:81', 'http://[fd00::1]', false],
    ['', 'http://far', false],
    [',', 'http://far', false],
  ])('NO_PROXY=%s excepts %s: %s', (exceptions, target, isExcepted) => {
    const proxy = environmentProxy(new URL(target), { ...BOTH, NO_PROXY: exceptions });
    expect(proxy === null).toBe(isExcepted);
  });
});
