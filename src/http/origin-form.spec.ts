import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { toOriginForm } from './origin-form.js';

it.each([
  ['/a?b=http://c', '/a?b=http://c', 'old'],
  ['http://h:1/a/b?c=d', '/a/b?c=d', 'h:1'],
  ['HTTPS://h', '/', 'h'],
  ['http://h?x=1', '/?x=1', 'h'],
  ['http://evil.example/health', '/health', 'evil.example'],
  ['*', '*', 'old'],
  ['http:///a', 'http:///a', 'old'],
  ['ftp://h/a', 'ftp://h/a', 'old'],
])('%s is asked for as %s of %s', (target, url, host) => {
  const request = new IncomingMessage(new Socket());
  request.url = target;
  request.headers.host = 'old';
  request.rawHeaders = ['X-A', '1', 'Host', 'old'];
  toOriginForm(request);
  expect(request.url).toBe(url);
  expect(request.headers.host).toBe(host);
  expect(request.rawHeaders).toEqual(['X-A', '1', 'Host', host]);
});
