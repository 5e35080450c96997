import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';
import { malformedRequests } from '../support/malformed/malformed-requests.js';
import { RawAnswer, sendRaw } from '../support/raw-http.js';

const REQUESTS = malformedRequests();
const HONEST_CLIENTS = 8;
/** Malformed requests at a time where it is the amount that counts. */
const AT_ONCE = 32;
const ANY_REFUSAL = Array.from({ length: 100 }, (_, at) => 400 + at);

/** Well-formed means: one status line, headers, and nothing of another answer behind them. */
function isWellFormed({ text, status }: RawAnswer): boolean {
  if (text === '') return status === 0;
  return /^HTTP\/1\.1 \d{3} [^\r\n]*\r\n(?:[^\r\n:]+:[^\r\n]*\r\n)*\r\n/.test(text);
}

describe('malformed requests among honest ones', () => {
  let drover: HttpHarness;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  const seenPaths = new Set<string>();
  const honest = { isOver: false, answered: 0, wrong: [] as string[] };
  let clients: Promise<unknown>;

  beforeAll(async () => {
    upstream = await startUpstream((request: IncomingMessage, response: ServerResponse) => {
      seenPaths.add(request.url ?? '');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader('Content-Type', 'application/json');
        response.end(Buffer.concat(chunks));
      });
    });
    const models = [
      fakeModel('m', { proxy: upstream.url }),
      fakeModel('h', { proxy: upstream.url }),
    ];
    drover = await startHttp(fakeConfig(models));
    clients = Promise.all(Array.from({ length: HONEST_CLIENTS }, (_, at) => askOnAndOn(at)));
  });

  afterAll(async () => {
    honest.isOver = true;
    await clients;
    await drover.app.close();
    upstream.server.closeAllConnections();
    upstream.server.close();
  });

  /** Asks one question after the other and expects each time its very own answer. */
  async function askOnAndOn(client: number): Promise<void> {
    for (let count = 0; !honest.isOver; count += 1) {
      const body = JSON.stringify({ model: 'h', client, count, secret: `secret-${client}` });
      const answer = await fetch(`${drover.url}/v1/chat/completions`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      const text = await answer.text();
      if (answer.status !== 200 || text !== body) honest.wrong.push(`${answer.status} ${text}`);
      honest.answered += 1;
    }
  }

  it('are more than 1,000', () => {
    expect(REQUESTS.length).toBeGreaterThanOrEqual(1000);
  });

  it.each(REQUESTS.map((request) => [request.name, request] as const))(
    'answers %s',
    async (_name, { bytes, statuses }) => {
      const answer = await sendRaw(drover.url, bytes);
      expect(isWellFormed(answer)).toBe(true);
      expect(statuses ?? ANY_REFUSAL).toContain(answer.status);
      expect(answer.text).not.toContain('secret-');
      expect(answer.text).not.toMatch(/[\r\n]X-Injected/);
      expect(answer.text).not.toMatch(/\n\s+at .*\.[jt]s:\d+/);
    },
  );

  it('harm nobody else, open no hole and leave nothing behind', async () => {
    const before = honest.answered;
    await expect.poll(() => honest.answered, { timeout: 20_000 }).toBeGreaterThan(before + 20);
    expect(honest.wrong).toEqual([]);
    expect([...seenPaths].filter((path) => /smuggled|passwd|running/.test(path))).toEqual([]);
    expect(drover.router.leases).toBeLessThanOrEqual(HONEST_CLIENTS);
  });

  it('leave memory as it was, however often they come', { timeout: 180_000 }, async () => {
    for (let count = 0; count < 2; count += 1) await sendAll(drover.url);
    const before = await heldBytes();
    for (let count = 0; count < 2; count += 1) await sendAll(drover.url);
    // What a leak holds never goes; what connections and their bodies held goes a little later.
    const grownMiB = async () => ((await heldBytes()) - before) / 2 ** 20;
    await expect.poll(grownMiB, { timeout: 60_000 }).toBeLessThan(16);
  });
});

/**
 * What is still held once the collector has run: the heap and the buffers beside it. The least of some looks,
 * because what the last connections held goes when they have closed.
 */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const looks: number[] = [];
  for (let look = 0; look < 20; look += 1) {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    looks.push(heapUsed + external);
    await setImmediate();
  }
  return Math.min(...looks);
}

async function sendAll(url: string): Promise<void> {
  for (let at = 0; at < REQUESTS.length; at += AT_ONCE) {
    const some = REQUESTS.slice(at, at + AT_ONCE);
    await Promise.all(some.map(({ bytes }) => sendRaw(url, bytes)));
  }
}
