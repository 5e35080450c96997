// Requests of one kind, as many at a time as asked for, over kept-alive connections.
import { Pool } from 'undici';

const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };

function body(stream) {
  const messages = [{ role: 'user', content: 'Tell me something about herding. '.repeat(8) }];
  return Buffer.from(JSON.stringify({ model: 'bench', messages, stream, temperature: 0.7 }));
}

/** One request; resolves to the bytes of the answer. */
function send(pool, options) {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let status = 0;
    pool.dispatch(
      { method: 'POST', path: '/v1/chat/completions', ...options },
      {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
        },
        onResponseEnd: () =>
          status === 200 ? resolve(bytes) : reject(new Error(`status ${status}`)),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

/** Sends `total` requests, `width` at a time; returns latencies in milliseconds and the bytes. */
export async function load(origin, { total, width, chunks = 0 }) {
  const pool = new Pool(origin, { connections: width, pipelining: 1, bodyTimeout: 0 });
  const options = {
    body: body(chunks > 0),
    headers: { ...headers, 'x-bench-chunks': String(chunks) },
  };
  const latencies = [];
  let bytes = 0;
  let left = total;
  const worker = async () => {
    while (left-- > 0) {
      const began = performance.now();
      bytes += await send(pool, options);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  await pool.close();
  return { bytes, latencies };
}
