import { Server } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { TlsMaterial } from '../app-options.interface.js';
import { TlsRenewal } from './tls-renewal.js';

const material = (text: string): TlsMaterial => {
  const bytes = Buffer.from(text);
  return { cert: bytes, key: bytes, clientCa: null };
};

function setUp() {
  const clock = new VirtualClock();
  const inForce: unknown[] = [];
  const lines: string[] = [];
  const reports: (string | null)[] = [];
  let files: () => TlsMaterial = () => material('old');
  const renewal = new TlsRenewal({
    server: { setSecureContext: ({ cert }) => void inForce.push(String(cert)) } as Server,
    material: material('old'),
    read: () => files(),
    clock,
    log: (level, text) => void lines.push(`${level}: ${text}`),
    report: (problem) => void reports.push(problem),
  });
  return { clock, inForce, lines, reports, renewal, put: (next: typeof files) => (files = next) };
}

const broken = (): TlsMaterial => {
  throw new Error('c.pem: ENOENT');
};

describe('TlsRenewal', () => {
  it('leaves alone what has not changed', () => {
    const { renewal, inForce, lines } = setUp();
    renewal.renew();
    expect([inForce, lines]).toEqual([[], []]);
  });

  it('puts new files in force, once', () => {
    const { renewal, inForce, lines, put } = setUp();
    put(() => material('new'));
    renewal.renew();
    renewal.renew();
    expect(inForce).toEqual(['new']);
    expect(lines).toEqual(['info: the TLS certificates have been renewed']);
  });

  it('stays with the old ones when the new ones are bad, says so once, and recovers', () => {
    const { renewal, inForce, lines, reports, put } = setUp();
    put(broken);
    renewal.renew();
    renewal.renew();
    expect(inForce).toEqual([]);
    expect(lines).toEqual(['warn: c.pem: ENOENT; the old TLS certificates stay in force']);
    expect(reports.at(-1)).toMatch(/cannot be used/);
    put(() => material('new'));
    renewal.renew();
    expect(inForce).toEqual(['new']);
    expect(reports.at(-1)).toBeNull();
  });

  it('looks by itself while it watches', () => {
    const { renewal, inForce, put, clock } = setUp();
    renewal.watch();
    put(() => material('new'));
    clock.advance(10_000);
    expect(inForce).toEqual(['new']);
    renewal.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
