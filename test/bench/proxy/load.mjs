// Requests of one kind over kept-alive connections, as many at a time or as many per second as asked for.
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';

const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };

function body(stream) {
  const messages = [{ role: 'user', content: 'Tell me something about herding. '.repeat(8) }];
  return Buffer.from(JSON.stringify({ model: 'bench', messages, stream, temperature: 0.7 }));
}

/** One request; resolves to the bytes of the answer. */
function send(pool, options, { onStart, onData } = {}) {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let status = 0;
    pool.dispatch(
      { method: 'POST', path: '/v1/chat/completions', ...options },
      {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
          onStart?.();
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          onData?.(chunk);
        },
        onResponseEnd: () =>
          status === 200 ? resolve(bytes) : reject(new Error(`status ${status}`)),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

function prepare(origin, { width, events = 0, everyMs = 20 }) {
  const pool = new Pool(origin, { connections: width, pipelining: 1, bodyTimeout: 0 });
  const pace = { 'x-bench-events': String(events), 'x-bench-every-ms': String(everyMs) };
  return { pool, options: { body: body(events > 0), headers: { ...headers, ...pace } } };
}

/** Milliseconds since each event of a piece of a stream was sent. */
function delaysOf(chunk, into) {
  const nowNs = process.hrtime.bigint();
  for (const [, sentNs] of chunk.latin1Slice().matchAll(/"sentNs":"(\d+)"/g)) {
    into.push(Number(nowNs - BigInt(sentNs)) / 1e6);
  }
}

/**
 * Sends `total` requests, `width` at a time; returns latencies of requests and delays of events in
 * milliseconds, and the bytes. With `rampMs` the first ones begin over so long, and only those events count
 * that come when all of them have begun.
 */
export async function load(origin, { total, rampMs = 0, ...what }) {
  const { pool, options } = prepare(origin, what);
  const latencies = [];
  const delays = [];
  let bytes = 0;
  let left = total;
  let begun = 0;
  const onData = (chunk) => {
    if (rampMs === 0 || begun >= what.width) delaysOf(chunk, delays);
  };
  const watch = { onStart: () => (begun += 1), onData: what.events > 0 ? onData : undefined };
  const worker = async (_, at) => {
    if (rampMs > 0) await pause((at / what.width) * rampMs);
    while (left-- > 0) {
      const began = performance.now();
      const received = await send(pool, options, watch);
      bytes += received;
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: what.width }, worker));
  await pool.close();
  return { bytes, latencies, delays };
}

/** Sends `total` small requests at `perSecond`, however long each takes; returns as {@link load}. */
export async function loadAtRate(origin, { total, perSecond }) {
  const { pool, options } = prepare(origin, { width: 64 });
  const latencies = [];
  const running = [];
  const began = performance.now();
  for (let count = 0; count < total; count += 1) {
    const dueMs = began + (count * 1000) / perSecond;
    // Waiting with a timer only would add its own lateness of a millisecond.
    while (performance.now() < dueMs - 1.5) await new Promise((next) => setTimeout(next, 1));
    while (performance.now() < dueMs) await new Promise((next) => setImmediate(next));
    const sentMs = performance.now();
    running.push(
      send(pool, options).then((bytes) => {
        latencies.push(performance.now() - sentMs);
        return bytes;
      }),
    );
  }
  const bytes = (await Promise.all(running)).reduce((sum, one) => sum + one, 0);
  await pool.close();
  return { bytes, latencies, delays: [] };
}
