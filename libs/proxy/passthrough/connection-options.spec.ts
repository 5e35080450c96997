import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { describe, expect, it } from 'vitest';
import { UpstreamTarget } from '../upstream-target.interface.js';
import { connectionOptions } from './connection-options.js';

function target(url: string, tls?: UpstreamTarget['tls']): UpstreamTarget {
  return { id: 'p', kind: 'peer', url: new URL(url), tls, timeouts: {} } as UpstreamTarget;
}

const insecure = { caFile: '', insecure: true };
const usual = { caFile: '', insecure: false };

describe('connectionOptions', () => {
  it.each([
    ['http://h', undefined, { ssl: {} }],
    ['http://h', insecure, { ssl: {} }],
    ['https://h', undefined, { ssl: { servername: 'h' }, secure: true }],
    ['https://h:1/x', usual, { ssl: { servername: 'h' }, secure: true }],
    ['https://h', insecure, { ssl: { servername: 'h' }, secure: false }],
    ['https://127.0.0.1', usual, { ssl: { servername: '' }, secure: true }],
    ['https://[::1]:9', usual, { ssl: { servername: '' }, secure: true }],
  ])('for %s with %j are %j', (url, tls, expected) => {
    expect(connectionOptions(target(url, tls), {})).toMatchObject(expected);
  });

  it('hold no more of an answer than a piece', () => {
    expect(connectionOptions(target('http://h'), {}).ssl.readableHighWaterMark).toBe(1);
  });

  it('are fresh for each request, since the proxy writes to them', () => {
    const same = target('https://h', usual);
    expect(connectionOptions(same, {}).ssl).not.toBe(connectionOptions(same, {}).ssl);
  });

  it('go through the proxy of the environment', () => {
    const variables = { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://p:2', NO_PROXY: 'near' };
    expect(connectionOptions(target('http://far'), variables).agent).toBeInstanceOf(Agent);
    expect(connectionOptions(target('https://far'), variables).agent).toBeInstanceOf(TlsAgent);
    expect(connectionOptions(target('http://near'), variables).agent).toBeUndefined();
    expect(connectionOptions(target('http://localhost'), variables).agent).toBeUndefined();
  });

  it('fail where the certificates of the authority have gone', () => {
    const gone = target('https://h', { caFile: '/nowhere/ca.pem', insecure: false });
    expect(() => connectionOptions(gone, {})).toThrow('ENOENT');
  });
});
