import { describe, expect, it } from 'vitest';
import { formatListenAddress, isLoopbackOnly, parseListenAddress } from './listen-address.js';

const unknownHost = () => Promise.reject(new Error('ENOTFOUND'));

describe('listen address', () => {
  it.each([
    [':8080', '', 8080],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['localhost:', 'localhost', 0],
    ['[::1]:65535', '::1', 65_535],
    ['[]:80', '', 80],
    ['host.example:http', 'host.example', 80],
    [':HTTPS', '', 443],
    ['[fe80::1%eth0]:1', 'fe80::1%eth0', 1],
  ])('reads %s', (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
  });

  it.each([
    ['localhost', /missing port/],
    ['8080', /missing port/],
    ['[::1]', /too many colons|missing port|host:port/],
    ['::1', /too many colons/],
    ['a:b:c', /too many colons/],
    ['localhost:65536', /port 65536/],
    ['localhost:-1', /port -1/],
    ['localhost:8080x', /port 8080x/],
  ])('refuses %s', (text, message) => {
    expect(() => parseListenAddress(text)).toThrow(message);
  });

  it('writes IPv6 in brackets', () => {
    expect(formatListenAddress({ host: '::1', port: 1 })).toBe('[::1]:1');
    expect(formatListenAddress({ host: '', port: 8080 })).toBe(':8080');
  });

  it.each([
    ['', false],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.0.2.1', false],
    ['fe80::1%eth0', false],
  ])('knows whether %j is loopback only', async (host, expected) => {
    expect(await isLoopbackOnly(host)).toBe(expected);
  });

  it.each([
    [['127.0.0.1', '::1'], true],
    [['127.0.0.1', '192.0.2.1'], false],
    [[], false],
  ])('asks for every address of a name: %j', async (addresses, expected) => {
    const resolve = async () => addresses.map((address) => ({ address, family: 4 }));
    expect(await isLoopbackOnly('name.example', resolve)).toBe(expected);
  });

  it('takes a name that cannot be resolved for reachable', async () => {
    expect(await isLoopbackOnly('name.example', unknownHost)).toBe(false);
  });
});
