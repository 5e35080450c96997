import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { TrustedProxies } from './trusted-proxies.js';

function request(peer: string, forwardedFor: string): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: peer });
  const message = new IncomingMessage(socket);
  message.rawHeaders.push('X-Forwarded-For', forwardedFor, 'X-Kept', '1', 'X-Real-IP', '9.9.9.9');
  Object.assign(message.headers, { 'x-forwarded-for': forwardedFor, 'x-real-ip': '9.9.9.9' });
  return message;
}

const TRUSTED = ['10.0.0.0/8', '192.168.1.1', 'fd00::/8'];

describe('TrustedProxies', () => {
  it.each([
    [
      'nobody is named: everybody is believed',
      [],
      '1.2.3.4',
      '5.6.7.8, 10.0.0.1',
      '5.6.7.8, 10.0.0.1',
    ],
    ['a stranger is not believed', TRUSTED, '1.2.3.4', '5.6.7.8', undefined],
    ['a trusted proxy is', TRUSTED, '10.0.0.1', '5.6.7.8', '5.6.7.8'],
    ['a trusted proxy on a mapped address is', TRUSTED, '::ffff:10.0.0.1', '5.6.7.8', '5.6.7.8'],
    ['a trusted proxy on IPv6 is', TRUSTED, 'fd00::1', '5.6.7.8', '5.6.7.8'],
    ['a single trusted address is', TRUSTED, '192.168.1.1', '5.6.7.8', '5.6.7.8'],
    ['its neighbour is not', TRUSTED, '192.168.1.2', '5.6.7.8', undefined],
    [
      'what a client put before its address does not count',
      TRUSTED,
      '10.0.0.1',
      '6.6.6.6, 5.6.7.8, 10.0.0.2',
      '5.6.7.8',
    ],
    [
      'a chain of trusted addresses begins at its first',
      TRUSTED,
      '10.0.0.1',
      '10.0.0.9, 10.0.0.2',
      '10.0.0.9',
    ],
  ])('%s', (_name, trusted, peer, chain, expected) => {
    const message = request(peer, chain);
    new TrustedProxies().sift(message, trusted);
    expect(message.headers['x-forwarded-for']).toBe(expected);
    expect(message.rawHeaders.includes('X-Forwarded-For')).toBe(expected !== undefined);
    expect(message.rawHeaders).toContain('X-Kept');
  });

  it('follows the configuration', () => {
    const proxies = new TrustedProxies();
    proxies.sift(request('10.0.0.1', '5.6.7.8'), TRUSTED);
    const message = request('10.0.0.1', '5.6.7.8');
    proxies.sift(message, ['172.16.0.0/12']);
    expect(message.headers['x-forwarded-for']).toBeUndefined();
  });
});
