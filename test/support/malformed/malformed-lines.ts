import {
  CHAT,
  CLOSE,
  FORWARDED_OR_REFUSED,
  get,
  GOOD,
  HOST,
  JSON_TYPE,
  MalformedRequest,
  raw,
} from './raw-request.js';

/** Requests that two parsers may see as different ones. Nothing behind the first may be answered. */
export function smuggling(): MalformedRequest[] {
  const hidden = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const framings = [
    'Content-Length: 13\r\nContent-Length: 14', 'Content-Length: 13, 14', 'Content-Length: +13', 'Content-Length: -1',
    'Content-Length: 0x0d', 'Content-Length: 13 ', 'Content-Length: 1 3', 'Content-Length: ', 'Content-Length: a',
    'Content-Length: 99999999999999999999999', 'Content-Length: 13\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 13', 'Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: identity', 'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: chunked, chunked',
    'Transfer-Encoding:\x0bchunked', 'Transfer-Encoding: \x00chunked', 'Transfer-Encoding : chunked',
    'Transfer-Encoding\r\n : chunked', ' Transfer-Encoding: chunked', 'X: y\nTransfer-Encoding: chunked',
    'X: y\rTransfer-Encoding: chunked', 'Transfer-Encoding: "chunked"', 'Transfer-Encoding: CHUNKED\r\nContent-Length: 4',
    'Transfer_Encoding: chunked', 'Content-Length\x00: 13', 'Content-Length: 13\x00', 'Content-Length: 13\r\n\x20continued',
    'Content-Length: 13\r\nConnection: Content-Length', 'Transfer-Encoding: chunked\r\nConnection: Transfer-Encoding',
  ]; // prettier-ignore
  const bodies = [GOOD, `0\r\n\r\n${hidden}`];
  const chunks = [
    'zz\r\nabc\r\n0\r\n\r\n', 'ffffffffffffffffff\r\n', '-1\r\n\r\n', '5\r\nabc\r\n0\r\n\r\n', '3\nabc\n0\n\n',
    '3;ext="\r\nabc\r\n0\r\n\r\n', `3;${'e'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`, '3\r\nabcX0\r\n\r\n', ' 3\r\nabc\r\n0\r\n\r\n',
    '0\r\nContent-Length: 5\r\n\r\n', `0\r\n${'T: x\r\n'.repeat(5000)}\r\n`, '0x3\r\nabc\r\n0\r\n\r\n', '3 \r\nabc\r\n0\r\n\r\n',
    '\r\n0\r\n\r\n',
  ]; // prettier-ignore
  const head = `POST ${CHAT} HTTP/1.1\r\n${HOST}${JSON_TYPE}`;
  return [
    ...framings.flatMap((framing) =>
      bodies.map((body, at) =>
        raw(
          `framing ${at} ${JSON.stringify(framing).slice(0, 60)}`,
          `${head}${framing}\r\n${CLOSE}\r\n${body}`,
          [...FORWARDED_OR_REFUSED, 501],
        ),
      ),
    ),
    ...chunks.map((body) =>
      raw(
        `chunks ${JSON.stringify(body).slice(0, 40)}`,
        `${head}Transfer-Encoding: chunked\r\n${CLOSE}\r\n${body}`,
      ),
    ),
  ];
}

/** Header lines that no client library writes. */
export function headerBytes(): MalformedRequest[] {
  const lines = [
    'no colon', ': empty name', 'a b: c', 'a\tb: c', 'a\0b: c', 'a: b\0c', 'a: b\x01c', 'a: b\x7fc', 'a: b\x1fc',
    'a\xff: b', '(a): b', 'a: b\r\n folded', '\tstarts: folded', 'a: b\rc: d', 'a"b: c', 'a/b: c', 'a@b: c',
    '[a]: b', '{a}: b', 'a,b: c', 'a;b: c', 'a<b: c', 'a=b: c', 'a\\b: c',
  ]; // prettier-ignore
  const refused = lines.map((line) =>
    raw(
      `header ${JSON.stringify(line)}`,
      `GET /running HTTP/1.1\r\n${HOST}${CLOSE}${line}\r\n\r\n`,
      [200, 400, 431],
    ),
  );
  const sizes: readonly (readonly [string, string])[] = [
    ['many headers', 'a: b\r\n'.repeat(20_000)],
    ['a long header', `a: ${'b'.repeat(300_000)}\r\n`],
    ['a long name', `${'a'.repeat(300_000)}: b\r\n`],
    ['a long cookie', `Cookie: ${'c=d; '.repeat(60_000)}\r\n`],
    ['a long key', `Authorization: Bearer ${'k'.repeat(300_000)}\r\n`],
  ];
  const hosts = [
    '',
    'a b',
    'evil.example',
    'localhost:99999',
    'localhost\0',
    '[::1',
    '127.0.0.1@evil',
    'localhost, evil',
  ];
  return [
    ...refused,
    ...sizes.map(([name, lines_]) =>
      raw(name, `GET /running HTTP/1.1\r\n${HOST}${CLOSE}${lines_}\r\n`, [400, 431, 200]),
    ),
    ...hosts.map((host) =>
      raw(`host ${JSON.stringify(host)}`, `GET /running HTTP/1.1\r\nHost: ${host}\r\n${CLOSE}\r\n`, [200, 400, 421]),
    ),
    raw('two hosts', `GET /running HTTP/1.1\r\n${HOST}Host: evil.example\r\n${CLOSE}\r\n`, [200, 400, 421]),
    raw('no host', `GET /running HTTP/1.1\r\n${CLOSE}\r\n`, [400]),
    raw('two keys', `GET /running HTTP/1.1\r\n${HOST}Authorization: a\r\nAuthorization: b\r\n${CLOSE}\r\n`, [200, 400]),
    raw('an unknown expectation', `GET /running HTTP/1.1\r\n${HOST}Expect: miracles\r\n${CLOSE}\r\n`, [200, 417]),
    raw('an odd range', `GET /running HTTP/1.1\r\n${HOST}Range: bytes=9-1,-,x\r\n${CLOSE}\r\n`, [200, 416]),
    raw('an unknown upgrade', `GET /running HTTP/1.1\r\n${HOST}Upgrade: x\r\nConnection: upgrade, close\r\n\r\n`, [200]),
  ]; // prettier-ignore
}

/** First lines that are no HTTP/1.1. */
export function requestLines(): MalformedRequest[] {
  const lines = [
    'GET', 'GET ', 'GET / ', 'GET / HTTP/0.9', 'GET / HTTP/9.9', 'GET / HTTP/1.1 x', 'GET  / HTTP/1.1', 'get / HTTP/1.1',
    'GET / http/1.1', 'G\0T / HTTP/1.1', 'FOO / HTTP/1.1', 'GET /\0 HTTP/1.1', 'GET /a b HTTP/1.1', 'GET \\ HTTP/1.1',
    'GET * HTTP/1.1', 'GET running HTTP/1.1', 'TRACE /upstream/m/ HTTP/1.1', 'TRACE / HTTP/1.1', 'CONNECT localhost:1 HTTP/1.1',
    'GET http://evil.example/ HTTP/1.1', 'GET //evil.example/ HTTP/1.1', 'PRI * HTTP/2.0', '\x16\x03\x01\x02\x00\x01',
    '\r\n\r\n\r\nGET', 'GET /\x7f HTTP/1.1', 'GET /\x01 HTTP/1.1', `GET /${'a'.repeat(300_000)} HTTP/1.1`,
    `${'A'.repeat(300_000)} / HTTP/1.1`, 'GET / HTTP/1.1\r', 'GET /\tHTTP/1.1',
  ]; // prettier-ignore
  return lines.map((line) =>
    raw(
      `line ${JSON.stringify(line).slice(0, 50)}`,
      `${line}\r\n${HOST}${CLOSE}\r\n`,
      [
        // 0: what is no HTTP, or asks for a tunnel, may be hung up on.
        0, 302, 307, 400, 404, 405, 414, 421, 431, 505,
      ],
    ),
  );
}

/** Paths that lead elsewhere. */
export function paths(): MalformedRequest[] {
  const tricks = [
    '/../../etc/passwd', '/ui/../../etc/passwd', '/ui/%2e%2e/%2e%2e/etc/passwd', '/ui/..%2f..%2fetc/passwd',
    '/ui/..%5c..%5cetc/passwd', '/ui/%252e%252e/etc/passwd', '/ui/\\..\\..\\etc', '/ui/%00', '/ui/index.html%00.js',
    '/ui/....//....//etc/passwd', '/ui/%c0%ae%c0%ae/etc', '/upstream/m/../../running', '/upstream/m/%2e%2e/%2e%2e/running',
    '/upstream/m/..%2f..%2frunning', '/upstream/%00', '/upstream/m%00/x', '/upstream/m/%0d%0aX:%201', '/upstream/..%2fm/x',
    '/upstream/m/%zz', '/upstream/%', `/upstream/${'a/'.repeat(60_000)}`, `/upstream/${'%2f'.repeat(40_000)}`,
    '/upstream/\xff/x', '/comfyui/../running', '/comfyui/%2e%2e/running', '/comfyui/%00', '/v1/models/%00',
    '/v1/models/..%2f..', '/v1%2fmodels', '/v1/%6dodels/x', '/V1/models', '/v1/models/', '/v1/models;x=1', '/v1//models//x',
    '/v1/./nothing', '/.git/config', '/.env', '/logs/stream/%00', `/logs/stream/${'a/'.repeat(60_000)}`,
    '/logs/stream/..%2f', '/api/captures/-1', '/api/captures/1e9', '/api/captures/%00', '/api/captures/9'.padEnd(5000, '9'),
    '/api/models/unload', '/api/inflight/%00/cancel', '/api/inflight/../cancel', '/%', '/%e0%a4', '/%ff%fe', '/?%00',
    '/#fragment', '/api/events/%2e%2e', '/robots.txt', '/ui/nothing.js',
  ]; // prettier-ignore
  return tricks.map((path) =>
    raw(`path ${path.slice(0, 40)}`, get(path), [200, 302, 307, 400, 404, 405, 409, 414, 431]),
  );
}
