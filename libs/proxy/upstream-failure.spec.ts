import { describe, expect, it } from 'vitest';
import { declinedAnswer, isUnreachable, isUnseen, upstreamFailure } from './upstream-failure.js';
import { UpstreamTarget } from './upstream-target.interface.js';

const timeouts = {
  connect: 1,
  keepalive: 1,
  responseHeader: 1,
  tlsHandshake: 1,
  expectContinue: 1,
  idleConn: 1,
};
const url = new URL('http://h');
const peer: UpstreamTarget = { id: 'p', kind: 'peer', url, timeouts };
const local: UpstreamTarget = { ...peer, id: 'm', kind: 'local' };
const failed = (code: string): Error => Object.assign(new Error('why'), { code });

describe('upstreamFailure', () => {
  it.each([
    ['ECONNREFUSED', 'UPSTREAM_UNREACHABLE', 'refused the connection (ECONNREFUSED)'],
    ['UND_ERR_SOCKET', 'UPSTREAM_UNREACHABLE', 'closed the connection before it answered'],
    ['HPE_INVALID_CONSTANT', 'UPSTREAM_UNREACHABLE', 'sent no valid HTTP'],
    ['EODD', 'UPSTREAM_UNREACHABLE', 'failed (EODD)'],
    ['UND_ERR_HEADERS_TIMEOUT', 'UPSTREAM_TIMEOUT', 'did not answer within'],
    ['UND_ERR_INVALID_ARG', 'BAD_REQUEST', 'cannot be forwarded'],
  ])('makes %s a %s', (code, expected, words) => {
    const failure = upstreamFailure(local, failed(code));
    expect(failure).toMatchObject({ code: expected, detail: 'why' });
    expect(failure.message).toContain(words);
  });

  it('names the peer, after the words that clients know', () => {
    expect(upstreamFailure(peer, failed('ECONNRESET')).message).toMatch(
      /^peer proxy error: peer "p" reset/,
    );
    expect(declinedAnswer(peer, 503).message).toBe(
      'peer proxy error: peer "p" answered with status 503',
    );
    expect(declinedAnswer(local, 503).message).toContain('the server of model "m"');
  });
});

describe('isUnreachable', () => {
  it.each([
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['EAI_AGAIN', true],
    ['EHOSTUNREACH', true],
    ['ENETUNREACH', true],
    ['ETIMEDOUT', true],
    ['UND_ERR_CONNECT_TIMEOUT', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['ECONNRESET', false],
    ['UND_ERR_SOCKET', false],
    ['UND_ERR_HEADERS_TIMEOUT', false],
    ['HPE_INVALID_CONSTANT', false],
    ['', false],
  ])('says of %s: %s', (code, expected) => {
    expect(isUnreachable(failed(code))).toBe(expected);
  });
});

describe('isUnseen', () => {
  it.each([
    ['ECONNREFUSED', true],
    ['ECONNRESET', false],
    ['WIRE_CLOSED', false],
    ['WIRE_CONNECT_TIMEOUT', false],
    ['UND_ERR_HEADERS_TIMEOUT', false],
  ])('is after %s: %s', (code, expected) => {
    expect(isUnseen(upstreamFailure(local, failed(code)))).toBe(expected);
  });

  it('is nothing that a status stands for', () => {
    expect(isUnseen(declinedAnswer(local, 503))).toBe(false);
  });
});
