import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { identify, requestIdOf, usesRequestIds } from './request-ids.js';

function identified(given: string | undefined, isTrusted: boolean) {
  const request = new IncomingMessage(new Socket());
  if (given !== undefined) {
    request.headers['x-request-id'] = given;
    request.rawHeaders.push('A', 'b', 'x-request-ID', given);
  }
  const response = new ServerResponse(request);
  identify(request, response, isTrusted);
  const raw = request.rawHeaders.filter((_, at) => at % 2 === 1);
  return { id: requestIdOf(request), answered: response.getHeader('x-request-id'), request, raw };
}

describe('request ids', () => {
  it.each([
    ['auto', [], false],
    ['auto', ['10.0.0.0/8'], true],
    ['always', [], true],
    ['never', ['10.0.0.0/8'], false],
  ] as const)('are used with %s and the proxies %j: %s', (mode, proxies, expected) => {
    expect(usesRequestIds(mode, proxies)).toBe(expected);
  });

  it.each(['abc', '0af7651916cd43dd8448eb211c80319c', 'a/b:c@d=e~f+g', 'x'.repeat(128)])(
    'keep %s of a trusted proxy',
    (given) => {
      const { id, answered, raw } = identified(given, true);
      expect([id, answered]).toEqual([given, given]);
      expect(raw).toEqual(['b', given]);
    },
  );

  it.each([
    ['of a client', 'abc', false],
    ['that is too long', 'x'.repeat(129), true],
    ['that is empty', '', true],
    ['with a blank', 'a b', true],
    ['with a quote', 'a"b', true],
    ['with a line end', 'a\nb', true],
    ['with a letter that is not ASCII', 'ä', true],
  ])('replace one %s, in every form of the headers', (_what, given, isTrusted) => {
    const { id, answered, request, raw } = identified(given, isTrusted);
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect([answered, request.headers['x-request-id']]).toEqual([id, id]);
    expect(raw).toEqual(['b', id]);
  });

  it('are made where none was sent, each its own', () => {
    const [one, other] = [identified(undefined, true), identified(undefined, true)];
    expect(one.id).not.toBe(other.id);
    expect(one.request.rawHeaders).toEqual(['X-Request-Id', one.id]);
  });

  it('are absent from requests that nobody gave one', () => {
    expect(requestIdOf(new IncomingMessage(new Socket()))).toBeNull();
  });
});
