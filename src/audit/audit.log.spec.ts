import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConfigStore } from '#lib/config';
import { DroverError, VirtualClock } from '#lib/foundation';
import { fakeConfig } from '../../test/support/fake-config.js';
import { AuditLog } from './audit.log.js';

function setUp() {
  const clock = new VirtualClock();
  const audit = new AuditLog({ current: fakeConfig([]) } as unknown as ConfigStore, clock);
  return { clock, audit };
}

function request(url: string, headers: Record<string, string> = {}): IncomingMessage {
  const made = new IncomingMessage(new Socket());
  Object.assign(made, { url, method: 'GET' });
  Object.assign(made.headers, headers);
  return made;
}

const unauthorized = new DroverError('UNAUTHORIZED', 'no');
const key = { authorization: 'Bearer wrong' };

describe('AuditLog', () => {
  it('keeps entries, newest first', () => {
    const { clock, audit } = setUp();
    audit.add({ who: 'ci', what: 'load', target: 'a', result: 'done', status: 200 });
    clock.advance(1500);
    audit.add({ who: 'signal', what: 'reload', target: null, result: 'failed' });
    const [second, first] = audit.latest(10);
    expect(first).toMatchObject({ who: 'ci', what: 'load', target: 'a', status: 200, code: null });
    expect(second).toMatchObject({ who: 'signal', target: null, status: null, address: null });
    expect(Date.parse(second!.at) - Date.parse(first!.at)).toBe(1500);
    expect(audit.latest(1)).toEqual([second]);
  });

  it('keeps a bounded number', () => {
    const { audit } = setUp();
    for (let count = 0; count < 5000; count += 1) {
      audit.add({ who: '', what: 'load', target: String(count), result: 'done' });
    }
    const entries = audit.latest(10_000);
    expect(entries.length).toBeLessThan(2000);
    expect(entries[0]!.target).toBe('4999');
  });

  it('writes refusals down without the query', () => {
    const { audit } = setUp();
    audit.denied(request('/running?token=secret', key), '', unauthorized);
    expect(audit.latest(1)).toMatchObject([
      {
        what: 'access',
        target: 'GET /running',
        result: 'denied',
        status: 401,
        code: 'unauthorized',
      },
    ]);
  });

  it('has no line for a browser that has not asked its user yet', () => {
    const { audit } = setUp();
    audit.denied(request('/running'), '', unauthorized);
    expect(audit.latest(1)).toEqual([]);
  });

  it('does not let a flood of refusals push everything else out', () => {
    const { clock, audit } = setUp();
    audit.add({ who: 'ci', what: 'load', target: 'a', result: 'done' });
    for (let count = 0; count < 5000; count += 1)
      audit.denied(request('/x', key), '', unauthorized);
    expect(audit.latest(10_000)).toHaveLength(121);
    clock.advance(60_000);
    audit.denied(request('/x', key), '', unauthorized);
    expect(audit.latest(10_000)).toHaveLength(122);
  });

  it('cannot be given lines of its own by a target', () => {
    const { audit } = setUp();
    audit.add({ who: '', what: 'load', target: 'a\n{"what":"load"}\u0000', result: 'failed' });
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    expect(audit.latest(1)[0]!.target).not.toMatch(/[\u0000-\u001f]/);
  });
});
