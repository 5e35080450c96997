import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatAccessLine, isAccessLogged } from './access-line.js';
import { clientAddress } from './client-address.js';
import { formatGoDuration } from './go-duration.js';

interface AccessCase {
  readonly method: string;
  readonly path: string;
  readonly proto?: string;
  readonly remote?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly size?: number;
  readonly duration_ns?: number;
  readonly text?: string;
  readonly skipped?: boolean;
}

const fixture = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../test/fixtures/observability/logs/access-log.expect.json'),
    'utf8',
  ),
) as { cases: AccessCase[] };

/** The peer without its port, as a socket reports it. */
function peerOf(remote: string): string {
  return remote.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

describe('access log', () => {
  it.each(fixture.cases)('treats $method $path as given', (given) => {
    expect(isAccessLogged(given.path)).toBe(given.skipped !== true);
    if (given.skipped) return;
    const headers = Object.fromEntries(
      Object.entries(given.headers ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
    );
    const line = formatAccessLine({
      address: clientAddress(headers, peerOf(given.remote ?? '')),
      method: given.method,
      path: given.path,
      protocol: given.proto ?? '',
      status: given.status ?? 0,
      bytes: given.size ?? 0,
      userAgent: headers['user-agent'] ?? '',
      durationMs: (given.duration_ns ?? 0) / 1e6,
    });
    expect(line).toBe(given.text);
  });

  it('leaves the query out and cannot be broken into two lines', () => {
    const line = formatAccessLine({
      address: '::1',
      method: 'GET',
      path: '/logs?key=secret',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes: 1,
      userAgent: 'a\n[INFO] b\u001B[2J',
      durationMs: 1,
    });
    expect(line).toBe('Request ::1 "GET /logs HTTP/1.1" 200 1 "a?[INFO] b?[2J" 1ms');
  });
});

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [0.4, '0s'],
    [1, '1ns'],
    [999, '999ns'],
    [1_000, '1µs'],
    [1_500, '1.5µs'],
    [999_999, '999.999µs'],
    [1_534_000, '1.534ms'],
    [1_000_000_001, '1.000000001s'],
    [59_999_999_999, '59.999999999s'],
    [60_000_000_000, '1m0s'],
    [83_250_000_000, '1m23.25s'],
    [3_600_000_000_000, '1h0m0s'],
    [90_061_000_000_000, '25h1m1s'],
  ])('writes %d ns as %s', (nanos, text) => {
    expect(formatGoDuration(nanos)).toBe(text);
  });
});

const isTrusted = (address: string) => address.startsWith('10.');

describe('clientAddress', () => {
  it.each([
    ['a stranger with a forged header', { 'x-forwarded-for': '1.1.1.1' }, '9.9.9.9', '9.9.9.9'],
    ['one trusted proxy', { 'x-forwarded-for': '1.1.1.1' }, '10.0.0.1', '1.1.1.1'],
    ['a chain', { 'x-forwarded-for': '6.6.6.6, 1.1.1.1, 10.0.0.2' }, '10.0.0.1', '1.1.1.1'],
    ['a wholly trusted chain', { 'x-forwarded-for': '10.0.0.3,10.0.0.2' }, '10.0.0.1', '10.0.0.3'],
    ['X-Real-IP alone', { 'x-real-ip': '1.1.1.1' }, '10.0.0.1', '1.1.1.1'],
    ['no header', {}, '10.0.0.1', '10.0.0.1'],
  ])('with a list of trusted proxies, sees %s', (_, headers, peer, expected) => {
    expect(clientAddress(headers, peer, isTrusted)).toBe(expected);
  });

  it('without a list, believes the first element from anybody', () => {
    expect(clientAddress({ 'x-forwarded-for': [' 1.1.1.1 ', '2.2.2.2'] }, '9.9.9.9')).toBe(
      '1.1.1.1',
    );
    expect(clientAddress({ 'x-forwarded-for': ' , ', 'x-real-ip': '' }, '9.9.9.9')).toBe('9.9.9.9');
  });
});
