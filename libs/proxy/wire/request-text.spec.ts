import { describe, expect, it } from 'vitest';
import { UpstreamRequest } from '../upstream-link.interface.js';
import { requestText } from './request-text.js';

const text = (more: Partial<UpstreamRequest> = {}): string =>
  requestText({ method: 'POST', path: '/v1/x?a=1', headers: [], body: null, ...more }, 'h:1');

describe('requestText', () => {
  it('writes the request line, the headers as they are, and what frames the body', () => {
    const headers = ['X-A', '1', 'x-b', 'caf\u00e9'];
    expect(text({ headers, body: Buffer.from('hello') })).toBe(
      'POST /v1/x?a=1 HTTP/1.1\r\nX-A: 1\r\nx-b: caf\u00e9\r\nHost: h:1\r\n' +
        'Content-Length: 5\r\nConnection: keep-alive\r\n\r\n',
    );
  });

  it('keeps a Host that is given', () => {
    expect(text({ headers: ['hOsT', 'own'] })).not.toContain('h:1');
  });

  it.each([
    ['POST', null, 'Content-Length: 0'],
    ['PUT', Buffer.alloc(0), 'Content-Length: 0'],
    ['GET', Buffer.from('a'), 'Content-Length: 1'],
  ])('tells of the length of %s %s', (method, body, expected) => {
    expect(text({ method, body })).toContain(`\r\n${expected}\r\n`);
  });

  it.each(['GET', 'HEAD'])('says nothing of a body that %s does not have', (method) => {
    expect(text({ method })).not.toContain('Content-Length');
  });

  it.each([
    { path: '/a b' },
    { path: '/a\r\nX: 1' },
    { path: '/\u4e2d' },
    { headers: ['X-A', 'a\r\nX-Injected: 1'] },
    { headers: ['X-A\r\n', 'a'] },
    { headers: ['X-A', 'a\0'] },
    { headers: ['X-A', '\u20ac'] },
  ])('refuses to send %j', (more) => {
    const refused = expect.objectContaining({ code: 'WIRE_BAD_REQUEST' });
    expect(() => text(more)).toThrow(refused);
  });

  it('writes headers that come again once for each host', () => {
    const memo = { host: '', lines: '' };
    const headers = ['X-A', '1'];
    const to = (host: string, body: Buffer | null): string =>
      requestText({ method: 'POST', path: '/', headers, body, memo }, host);
    const without = (host: string, body: Buffer | null): string =>
      requestText({ method: 'POST', path: '/', headers, body }, host);
    expect(to('h:1', null)).toBe(without('h:1', null));
    const { lines } = memo;
    expect(to('h:1', Buffer.from('a'))).toBe(without('h:1', Buffer.from('a')));
    expect(memo.lines).toBe(lines);
    expect(to('h:2', null)).toBe(without('h:2', null));
    expect(memo.lines).toContain('h:2');
  });

  it('keeps nothing of headers that cannot be sent', () => {
    const memo = { host: '', lines: '' };
    const send = (): string =>
      requestText({ method: 'GET', path: '/', headers: ['X', 'a\nb'], body: null, memo }, 'h:1');
    expect(send).toThrow('a header');
    expect(send).toThrow('a header');
  });
});
