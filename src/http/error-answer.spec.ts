import { describe, expect, it } from 'vitest';
import { DroverError, ERROR_CODES, ErrorCode } from '#lib/foundation';
import { errorAnswer } from './error-answer.js';

const path = '/v1/chat/completions';

describe('errorAnswer', () => {
  it.each([
    [undefined, path, 'application/json'],
    ['*/*', path, 'application/json'],
    ['text/event-stream', path, 'application/json'],
    ['text/plain', path, 'text/plain'],
    ['text/html,text/plain', path, 'text/plain'],
    ['text/html,application/xhtml+xml', path, 'text/html'],
    ['text/html, application/json', path, 'application/json'],
    ['application/json, text/plain', '/logs/stream/x', 'text/plain'],
    ['text/html, application/json', '/upstream/m/', 'text/html'],
  ])('chooses the form for Accept %s on %s: %s', (accept, of, type) => {
    const { headers } = errorAnswer(new DroverError('NOT_FOUND', 'x'), { accept, path: of });
    expect(headers['Content-Type']).toBe(type);
  });

  it('writes the envelope exactly', () => {
    const error = new DroverError('MODEL_NOT_FOUND', 'no "x"');
    expect(errorAnswer(error, { accept: undefined, path })).toEqual({
      status: 404,
      headers: { 'Content-Type': 'application/json' },
      body:
        '{"src":"llama-swap","error":{"message":"no \\"x\\"",' +
        '"type":"invalid_request_error","param":null,"code":"model_not_found"}}',
    });
  });

  it('writes text and pages, with nothing of the message taken for markup', () => {
    const error = new DroverError('BAD_REQUEST', '<b>"&\'');
    const { body: text } = errorAnswer(error, { accept: 'text/plain', path });
    expect(text).toBe('llama-swap: <b>"&\'');
    const { body: page } = errorAnswer(error, { accept: 'text/html', path });
    expect(page).toBe(
      '<html><body><h1>llama-swap</h1><p>&lt;b&gt;&#34;&amp;&#39;</p></body></html>',
    );
  });

  it.each(['/v1/messages', '/v1/messages/count_tokens', '/v/messages'])(
    'lets Anthropic clients read the errors of %s',
    (of) => {
      const { body } = errorAnswer(new DroverError('INTERNAL', 'x'), { accept: '', path: of });
      expect(JSON.parse(body)).toMatchObject({ type: 'error', error: { type: 'server_error' } });
    },
  );

  it('refuses too many requests in JSON whatever was accepted, and says when to come back', () => {
    const error = new DroverError('CONCURRENCY_LIMIT', 'Too many requests', {
      retryAfterSeconds: 2.25,
    });
    const { status, headers } = errorAnswer(error, { accept: 'text/html', path });
    expect(status).toBe(429);
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      'Retry-After': '3',
      'retry-after-ms': '2250',
    });
  });

  it.each(Object.entries(ERROR_CODES).filter(([, { status }]) => [429, 503].includes(status)))(
    'says when to come back after %s, whoever forgot to',
    (code) => {
      const { headers } = errorAnswer(new DroverError(code as ErrorCode, 'x'), {
        accept: '',
        path,
      });
      expect(Number(headers['Retry-After'])).toBeGreaterThan(0);
      expect(headers['retry-after-ms']).toBe(`${headers['Retry-After']}000`);
    },
  );

  it('asks browsers for a password', () => {
    const { headers } = errorAnswer(new DroverError('UNAUTHORIZED', 'x'), { accept: '', path });
    expect(headers['WWW-Authenticate']).toBe('Basic realm="llama-swap"');
  });

  it.each([
    ['text/html,*/*', '/ui/', '0; url=login'],
    ['text/html,*/*', '/ui/?x', '0; url=login'],
    ['text/html,*/*', '/upstream/m/', undefined],
    ['application/json', '/ui/', undefined],
  ])('leads %s on %s past the prompt to %s', (accept, of, refresh) => {
    const { headers } = errorAnswer(new DroverError('UNAUTHORIZED', 'x'), { accept, path: of });
    expect(headers['Refresh']).toBe(refresh);
    const other = errorAnswer(new DroverError('INTERNAL', 'x'), { accept, path: of });
    expect(other.headers).not.toHaveProperty('Refresh');
  });

  it('answers every code with its own status, type and client code', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const { status, body } = errorAnswer(new DroverError(code, 'x'), { accept: '', path });
      const { type, clientCode } = ERROR_CODES[code];
      expect(status).toBe(ERROR_CODES[code].status);
      expect(JSON.parse(body)).toMatchObject({ error: { type, code: clientCode } });
    }
  });
});
