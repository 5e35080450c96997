import { describe, expect, it } from 'vitest';
import { parseExposition } from '#lib/monitor';
import { CountingClient } from '../support/counting-client.js';
import { DroverFolder, together } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';

const PATH = '/v1/chat/completions';
const messages = [{ role: 'user', content: 'hi' }];

/** Requests of each of the ten kinds; `DROVER_MIXED=1000` sends ten thousand in all. */
const EACH = Number(process.env['DROVER_MIXED'] ?? 40);

/** Rounds of ten requests that are under way at the same time. */
const LANES = 8;

const LIMIT_MS = 60_000 + 300 * EACH;

/** Streams that never end by themselves: whoever holds a place keeps it. */
const ENDLESS = '--tokens 1000000000 --token-ms 50';

function configure(folder: DroverFolder): void {
  const demo = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name a`;
  folder.configure(
    `metricsMaxInMemory: ${20 * EACH}`,
    // A machine that is held for long between a connection and its request would be a slow client.
    'limits: {headersTimeout: 1h}',
    'models:',
    ['  a:', `    cmd: ${demo} --slots 64 --tokens-per-second 0`].join('\n'),
    folder.model('endless', ENDLESS),
    folder.model('mute', '--delay-ms 2000000000'),
    folder.model('busy', ENDLESS, 'concurrencyLimit: 1'),
    folder.model('failing', '--answer-status 500'),
    folder.model('broken', '--fail-start'),
    together('a', 'endless', 'mute', 'busy', 'failing', 'broken'),
  );
}

const short = { model: 'a', messages, max_tokens: 3 };
const endless = { model: 'endless', messages, stream: true };

/** One request of each kind, all at once. */
async function round(client: CountingClient): Promise<void> {
  await Promise.all([
    client.ask(short),
    client.ask({ ...short, stream: true }),
    client.ask({ model: 'failing', messages }),
    client.ask({ model: 'nobody', messages }),
    client.ask({ model: 'busy', messages }),
    client.ask('{"model":'),
    client.leave(endless),
    client.breakOff({ model: 'mute', messages }),
    client.breakOff(short, 20),
    client.breakOff(short, 100),
  ]);
}

async function allRounds(client: CountingClient): Promise<void> {
  let left = EACH;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await round(client);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Sums of a family over the labels that are not named. */
async function counted(base: URL, name: string, by: string, where: Record<string, string> = {}) {
  const page = await (await fetch(new URL('/metrics', base))).text();
  const sums: Record<string, number> = {};
  for (const { name: found, labels, value } of parseExposition(page)) {
    const isWanted = Object.entries(where).every(([key, one]) => labels.get(key) === one);
    if (found !== name || !isWanted || value === null) continue;
    const key = labels.get(by) ?? '';
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, one) => total + one, 0);
}

describe('activity and metrics', () => {
  it(
    "agree exactly with the client's own counts over mixed requests",
    { timeout: LIMIT_MS },
    async () => {
      await using folder = new DroverFolder();
      configure(folder);
      const base = await folder.start().listening();
      const client = new CountingClient(base);
      const over = new AbortController();
      await client.leave({ ...endless, model: 'busy' }, over.signal);
      await allRounds(client);
      await client.ask({ model: 'broken', messages });
      over.abort();

      const wanted = { ...client.codes, '499': client.left };
      const codes = () => counted(base, 'drover_http_requests_total', 'code', { route: PATH });
      await expect.poll(async () => sum(await codes())).toBe(sum(wanted));
      expect(await codes()).toEqual(wanted);
      // A body without a model is answered like a model that nobody has.
      expect(client.codes).toEqual({
        200: 3 * EACH + 1,
        404: 2 * EACH,
        429: EACH,
        500: EACH,
        502: 1,
      });
      expect(client.left).toBe(2 * EACH);

      const outcomes = () => counted(base, 'drover_model_requests_total', 'outcome');
      await expect.poll(outcomes).toEqual({
        ok: 2 * EACH,
        client_error: EACH,
        rejected: EACH,
        cancelled: 2 * EACH + 1,
        server_error: EACH + 1,
      });
      expect(await counted(base, 'drover_queue_rejected_total', 'reason')).toEqual({ full: EACH });
      const inFlight = () => counted(base, 'drover_model_requests_in_flight', 'model');
      await expect.poll(inFlight).toEqual({
        a: 0,
        endless: 0,
        mute: 0,
        busy: 0,
        failing: 0,
        broken: 0,
      });
      const firsts = await counted(base, 'drover_time_to_first_token_seconds_count', '');
      expect(sum(firsts)).toBe(client.streams);
      expect(await counted(base, 'drover_output_tokens_total', 'model', { model: 'a' })).toEqual({
        a: client.outputTokens,
      });
      const stats = await fetch(new URL('/api/metrics/stats?model=a', base));
      expect(await stats.json()).toMatchObject({
        total_requests: 2 * EACH,
        total_output_tokens: client.outputTokens,
      });
      const list = await fetch(new URL('/api/metrics/activity?limit=1', base));
      expect(await list.json()).toMatchObject({ total: 7 * EACH + 2 });
    },
  );
});
