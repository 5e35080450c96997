import { CLOSE, get, HOST, JSON_TYPE, MalformedRequest, post, raw } from './raw-request.js';

/** Routes that read their query, with what they read. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/api/metrics/activity': [
    'model', 'start', 'end', 'min_id', 'max_id', 'limit', 'page', 'sort', 'order',
  ],
  '/api/metrics/stats': ['model'],
  '/api/v1/activity': ['model', 'status', 'from', 'to', 'limit', 'cursor', 'min_duration_ms'],
  '/api/v1/activity.csv': ['from', 'limit'],
  '/api/v1/activity/aggregate': ['by', 'from', 'to'],
  '/api/v1/audit': ['limit', 'before'],
  '/api/v1/timeline': ['from', 'to', 'window', 'limit'],
  '/api/v1/performance': ['after', 'from', 'to', 'step'],
  '/api/v1/swaps': ['limit'],
  '/api/v1/plan/pairs': ['models', 'limit'],
  '/api/performance': ['after'],
  '/readyz': ['verbose', 'exclude'],
}; // prettier-ignore

const VALUES = [
  '%', '%zz', '%00', '%ff%fe', '-1', '1e400', 'NaN', '0x10', '9'.repeat(400), '[]', '%F0%9F',
  "'%20OR%201=1--", '%0d%0aX-Injected:%201', '2026-13-45T99:99:99Z', '%2B', '__proto__', 'a'.repeat(5000),
]; // prettier-ignore

/** Queries that no client of the management API sends. */
export function managementQueries(): MalformedRequest[] {
  return Object.entries(QUERIES).flatMap(([path, names]) =>
    VALUES.map((value) => {
      const query = names.map((name) => `${name}=${value}`).join('&');
      return raw(
        `${path} with ${value.slice(0, 20)}`,
        get(`${path}?${query}`),
        [200, 400, 404, 503],
      );
    }),
  );
}

/** Bodies that no client of the management API sends. */
export function managementBodies(): MalformedRequest[] {
  const routes = [
    '/api/v1/plan', '/api/v1/llama/models', '/api/v1/llama/discover',
    '/api/v1/llama/models/m/start', '/api/v1/llama/models/m/polling',
  ]; // prettier-ignore
  const bodies = [
    '', '{', '[]', 'null', '"m"', '{"__proto__":{"name":"m"}}', '{"name":{"toString":1}}',
    '{"name":"../../etc","url":"file:///etc/passwd"}', '{"model":["m"],"models":"m"}',
    `{"a":${'['.repeat(100_000)}`, '{"paths":["/etc/shadow\\u0000"],"path":"\\ud800"}', '\xff\xfe',
    '{"intervalMs":1e999,"everyMs":-1}', '{"url":"http://127.0.0.1:1@evil.example/","name":"x y"}',
  ]; // prettier-ignore
  const statuses = [200, 201, 202, 400, 403, 404, 409, 413, 415, 422];
  const posts = routes.flatMap((path) =>
    bodies.map((body) => post(`${path} with ${body.slice(0, 20)}`, body, { path, statuses })),
  );
  const puts = bodies.map((body) => {
    const bytes = Buffer.from(body, 'latin1');
    const head = `PUT /api/profiles/active HTTP/1.1\r\n${HOST}${CLOSE}${JSON_TYPE}`;
    const length = `Content-Length: ${bytes.length}\r\n\r\n`;
    return raw(`profile ${body.slice(0, 20)}`, `${head}${length}${body}`, [400, 404]);
  });
  return [...posts, ...puts];
}

/** Upgrades to what is not spoken here, and websockets that are none. */
export function upgrades(): MalformedRequest[] {
  const asks = [
    'Upgrade: websocket', 'Upgrade: websocket\r\nSec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13',
    'Upgrade: websocket\r\nSec-WebSocket-Version: 99', 'Upgrade: h2c\r\nHTTP2-Settings: !!', 'Upgrade: TLS/1.0',
    'Upgrade: websocket, h2c', 'Upgrade: ', 'Upgrade: \x7f', `Upgrade: ${'x'.repeat(5000)}`,
    'Upgrade: websocket\r\nContent-Length: 5', 'Upgrade: websocket\r\nTransfer-Encoding: chunked',
    'Upgrade: WebSocket\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: cross-site',
  ]; // prettier-ignore
  const targets = [
    '/upstream/nobody/x', '/upstream/%00/x', '/upstream/..%2fm/x', '/upstream', '/comfyui/x', '/running', '/nothing', '*',
  ]; // prettier-ignore
  // Of a protocol that is not spoken here the request is answered as if it had not asked (RFC 9110, 7.8).
  const statuses = [200, 302, 400, 403, 404, 405, 409, 426];
  return targets.flatMap((target) =>
    asks.map((ask) =>
      raw(
        `upgrade ${target} ${JSON.stringify(ask).slice(0, 50)}`,
        `GET ${target} HTTP/1.1\r\n${HOST}Connection: Upgrade, close\r\n${ask}\r\n\r\n`,
        statuses,
      ),
    ),
  );
}

/** Headers by which clients say what they would like, or who they are. */
export function negotiation(): MalformedRequest[] {
  const names = [
    'Accept', 'Accept-Encoding', 'Authorization', 'x-api-key', 'Cookie', 'Origin', 'Sec-Fetch-Site', 'X-Forwarded-For',
    'X-Real-IP', 'Forwarded', 'X-Request-Id', 'traceparent', 'If-None-Match', 'If-Modified-Since', 'Range', 'TE',
    'Access-Control-Request-Headers', 'Last-Event-ID', 'Content-Encoding', 'Content-Type', 'User-Agent', 'Expect-CT',
  ]; // prettier-ignore
  const values = [
    '', ',', ';', 'q=', '\xff\xfe', '*'.repeat(3000), 'a/b;q=1e99', '"unclosed', '%00', 'Basic ====', 'Bearer \xa0',
    '999.999.999.999', '-1', '../..', '__proto__',
  ]; // prettier-ignore
  const targets = ['/running', '/ui/', '/upstream/nobody/'];
  return names.flatMap((name) =>
    values.map((value, at) =>
      raw(
        `${name} ${JSON.stringify(value).slice(0, 20)}`,
        `GET ${targets[at % targets.length]} HTTP/1.1\r\n${HOST}${CLOSE}${name}: ${value}\r\n\r\n`,
        [200, 400, 401, 403, 404, 416, 417],
      ),
    ),
  );
}
