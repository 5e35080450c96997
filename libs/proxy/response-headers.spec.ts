import { describe, expect, it } from 'vitest';
import { hasHeader, responseHeaders, trailerPairs } from './response-headers.js';

/** Raw headers from lines of `Name: value`. */
const pairs = (...lines: string[]): string[] => lines.flatMap((line) => line.split(': '));

describe('responseHeaders', () => {
  it('passes end-to-end headers byte by byte and drops hop-by-hop ones', () => {
    const received = [
      ...pairs('Content-Type: text/plain', 'Connection: close, X-Own', 'X-Own: 1'),
      ...pairs('Transfer-Encoding: chunked', 'Keep-Alive: t', 'Set-Cookie: a', 'Set-Cookie: b'),
      ...pairs('X-Latin: caf\u00e9'),
    ];
    expect(responseHeaders(received)).toEqual({
      headers: [
        ...pairs('Content-Type: text/plain', 'Set-Cookie: a', 'Set-Cookie: b'),
        ...pairs('X-Latin: caf\u00e9'),
      ],
      isEventStream: false,
      trailer: null,
      hasLength: false,
      takesEvent: false,
    });
  });

  it.each([
    [['Content-Type: text/event-stream'], true],
    [['Content-Type: text/event-stream', 'Content-Encoding: identity'], true],
    [['Content-Type: text/event-stream', 'Content-Encoding: gzip'], false],
    [['Content-Type: text/event-stream', 'Content-Length: 9'], false],
    [['Content-Type: application/json'], false],
  ])('knows whether an event can be put behind %j', (lines, expected) => {
    expect(responseHeaders(pairs(...lines)).takesEvent).toBe(expected);
  });

  it('asks proxies not to buffer an event stream', () => {
    const received = ['content-type', 'Text/Event-Stream; charset=utf-8'];
    expect(responseHeaders(received)).toMatchObject({
      headers: [
        ...pairs('content-type: Text/Event-Stream; charset=utf-8'),
        ...pairs('Cache-Control: no-cache, no-transform', 'X-Accel-Buffering: no'),
      ],
      isEventStream: true,
    });
  });

  it.each([
    ['no-store', 'no-store, no-transform'],
    ['no-cache, No-Transform', 'no-cache, No-Transform'],
  ])('forbids proxies to compress an event stream that says %s', (said, expected) => {
    for (const lines of [
      [`Cache-Control: ${said}`, 'Content-Type: text/event-stream'],
      ['Content-Type: text/event-stream', `cache-control: ${said}`],
    ]) {
      const { headers } = responseHeaders(pairs(...lines));
      expect(headers).toContain(expected);
    }
  });

  it('leaves to other answers what they say about caches', () => {
    const lines = pairs('Content-Type: application/json', 'Cache-Control: no-store');
    expect(responseHeaders(lines).headers).toEqual(lines);
  });

  it('overwrites what an event stream says about buffering, wherever it says it', () => {
    for (const received of [
      ['X-Accel-Buffering', 'yes', 'Content-Type', 'text/event-stream'],
      ['Content-Type', 'text/event-stream', 'x-accel-buffering', 'yes'],
    ]) {
      const { headers } = responseHeaders(received);
      expect(headers.join()).not.toContain('yes');
      expect(hasHeader(headers, 'x-accel-buffering')).toBe(true);
    }
  });

  it('keeps length and trailer announcement apart for the one who writes the head', () => {
    const received = ['Content-Length', '5', 'Trailer', 'X-T'];
    expect(responseHeaders(received)).toMatchObject({ trailer: 'X-T', hasLength: true });
  });
});

describe('trailerPairs', () => {
  it('pairs names with values', () => {
    expect(trailerPairs(['X-T', '1', 'X-U', '2'])).toEqual([
      ['X-T', '1'],
      ['X-U', '2'],
    ]);
    expect(trailerPairs([])).toEqual([]);
  });
});
