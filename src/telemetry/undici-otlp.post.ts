import { Agent, request } from 'undici';
import { OtlpPost } from '#lib/metrics';

/** Answers of collectors are of no interest beyond their status. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A connection to a collector. */
export interface CollectorConnection {
  readonly post: OtlpPost;
  readonly close: () => Promise<void>;
}

/** Posts OTLP/JSON to a collector over connections of its own, past the pools of the models. */
export function collectorConnection(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
): CollectorConnection {
  const dispatcher = new Agent({ connections: 1 });
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
  const post: OtlpPost = async (path, body, signal) => {
    const answer = await request(new URL(path, base), {
      method: 'POST',
      dispatcher,
      signal,
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    await answer.body.dump({ limit: MAX_ANSWER_BYTES });
    const after = Number(answer.headers['retry-after']);
    return {
      status: answer.statusCode,
      retryAfterSeconds: Number.isFinite(after) && after > 0 ? after : null,
    };
  };
  return { post, close: () => dispatcher.destroy() };
}
