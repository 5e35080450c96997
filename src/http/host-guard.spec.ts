import { describe, expect, it } from 'vitest';
import { HostGuard, isLoopbackAddress } from './host-guard.js';

const listening = (address: string): HostGuard => {
  const guard = new HostGuard();
  guard.listening({ address, port: 1, family: 'any' });
  return guard;
};

describe('HostGuard', () => {
  const guard = listening('127.0.0.1');
  const allowed = ['My-Box', 'proxy.example:8443'];

  it.each([
    undefined,
    '',
    'localhost',
    'LocalHost:8080',
    'app.localhost:1',
    '127.0.0.1:8080',
    '127.8.9.1',
    '[::1]:8080',
    'my-box:8080',
    'proxy.example:8443',
  ])('accepts the host %s on a loopback listener', (host) => {
    expect(guard.accepts(host, allowed)).toBe(true);
  });

  it.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[::2]',
    '0.0.0.0:8080',
    'proxy.example:1',
  ])('refuses the host %s on a loopback listener, every time', (host) => {
    expect(guard.accepts('localhost', allowed)).toBe(true);
    expect(guard.accepts(host, allowed)).toBe(false);
    expect(guard.accepts(host, allowed)).toBe(false);
  });

  it('forgets a host that is no longer allowed', () => {
    expect(guard.accepts('my-box', allowed)).toBe(true);
    expect(guard.accepts('my-box', [])).toBe(false);
  });

  it('accepts every host on a listener that others can reach, and on a socket file', () => {
    expect(listening('0.0.0.0').accepts('evil.example', [])).toBe(true);
    expect(listening('::').accepts('evil.example', [])).toBe(true);
    const socket = new HostGuard();
    socket.listening('/run/drover.sock');
    expect(socket.accepts('evil.example', [])).toBe(true);
  });

  it('guards an IPv6 loopback listener too', () => {
    expect(listening('::1').accepts('evil.example', [])).toBe(false);
  });
});

describe('isLoopbackAddress', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.255.0.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['128.0.0.1', false],
    ['localhost', false],
    ['', false],
  ])('of %s is %s', (address, expected) => {
    expect(isLoopbackAddress(address)).toBe(expected);
  });
});
