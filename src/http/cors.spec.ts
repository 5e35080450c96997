import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CorsPolicy, headerNames } from './cors.js';

const APP = 'https://app.example';

function preflight(policy: CorsPolicy, headers: Record<string, string>): ServerResponse {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  const response = new ServerResponse(request);
  policy.answerPreflight(request, response);
  return response;
}

/** The head of an answer whose writer sets the headers in one of the ways there are. */
function marked(origins: readonly string[], write: (response: ServerResponse) => void): string {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  new CorsPolicy(origins).mark(response, APP);
  write(response);
  return String(Reflect.get(response, '_header')).toLowerCase();
}

it.each([
  ['  X-Custom ,  Accept ', 'X-Custom, Accept'],
  ['Valid, Bad Header', 'Valid'],
  ['a\r\nb, x(y)', ''],
  ["!#$%&'*+-.^_`|~1aZ", "!#$%&'*+-.^_`|~1aZ"],
  [',,', ''],
])('keeps of %j the header names %j', (list, names) => {
  expect(headerNames(list)).toBe(names);
});

describe('a preflight', () => {
  it('is answered with * by default, whoever asks', () => {
    const answer = preflight(new CorsPolicy(['*']), {});
    expect(answer.statusCode).toBe(204);
    expect(answer.getHeader('access-control-allow-origin')).toBe('*');
    expect(answer.hasHeader('vary')).toBe(false);
  });

  it('names the origin when it is one of the list', () => {
    const answer = preflight(new CorsPolicy([APP]), {
      origin: APP,
      'access-control-request-headers': 'X-Own, bad header',
    });
    expect(answer.getHeader('access-control-allow-origin')).toBe(APP);
    expect(answer.getHeader('access-control-allow-headers')).toBe('X-Own');
    expect(answer.getHeader('vary')).toBe('Origin');
  });

  it.each([[[APP]], [[]]])('allows nothing to an origin outside the list %j', (origins) => {
    const answer = preflight(new CorsPolicy(origins), { origin: 'https://evil.example' });
    expect(answer.statusCode).toBe(204);
    expect(answer.getHeaderNames()).toEqual(['vary']);
  });
});

describe('an answer', () => {
  const writers: readonly [string, (response: ServerResponse) => void][] = [
    [
      'in a list',
      (response) =>
        response.writeHead(200, ['Vary', 'Accept', 'Access-Control-Allow-Origin', 'https://up.x']),
    ],
    [
      'in an object',
      (response) =>
        response.writeHead(200, { Vary: 'Accept', 'Access-Control-Allow-Origin': 'https://up.x' }),
    ],
    [
      'one by one',
      (response) => {
        response.setHeader('Vary', 'Accept');
        response.setHeader('Access-Control-Allow-Origin', 'https://up.x');
        response.writeHead(200);
      },
    ],
  ];

  it.each(writers)('keeps by default what an upstream says, %s', (_way, write) => {
    const head = marked(['*'], write);
    expect(head).toContain('access-control-allow-origin: https://up.x\r\n');
    expect(head).toContain('vary: accept, origin\r\n');
  });

  it.each(writers)('says with a list what Drover says, %s', (_way, write) => {
    const head = marked([APP], write);
    expect(head.match(/access-control-allow-origin: .*/g)).toEqual([
      `access-control-allow-origin: ${APP}`,
    ]);
    expect(head).toContain('vary: accept, origin\r\n');
  });

  it.each(writers)('keeps from an origin outside the list what an upstream grants, %s', (_w, w) => {
    const head = marked(['https://other.example'], w);
    expect(head).not.toContain('access-control');
    expect(head).toContain('vary: accept, origin\r\n');
  });

  it('does not name Origin twice', () => {
    const head = marked(['*'], (response) => response.writeHead(200, { Vary: 'origin' }));
    expect(head.match(/vary:.*/g)).toEqual(['vary: origin']);
  });
});

it.each([
  [[APP], APP, true],
  [[APP], 'HTTPS://APP.example', true],
  [['*'], APP, false],
  [['*'], '*', false],
  [[APP], undefined, false],
])('with the list %j trusts %s: %s', (origins, origin, trusted) => {
  expect(new CorsPolicy(origins).trusts(origin)).toBe(trusted);
});
