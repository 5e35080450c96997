import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseExposition } from '#lib/monitor';
import { DroverFolder } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';

const PATH = '/v1/chat/completions';
const messages = [{ role: 'user', content: 'hi' }];

/** Requests of each kind; `DROVER_MIXED=1250` sends ten thousand in all. */
const EACH = Number(process.env['DROVER_MIXED'] ?? 40);

function demoModel(id: string, tokensPerSecond: number, concurrency: number): string {
  const command = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name ${id}`;
  const cmd = `    cmd: ${command} --load-time 10ms`;
  const speed = ` --tokens-per-second ${tokensPerSecond}`;
  return [`  ${id}:`, cmd + speed, `    concurrencyLimit: ${concurrency}`].join('\n');
}

/** A client that counts by itself what it sends and what it gets. */
class CountingClient {
  readonly codes = new Map<string, number>();
  outputTokens = 0;

  constructor(private readonly base: URL) {}

  async ask(body: unknown): Promise<void> {
    const answer = await this.post(body);
    const text = await answer.text();
    this.count(answer.status);
    if (answer.ok) this.outputTokens += Number(/"predicted_n":(\d+)/.exec(text)![1]);
  }

  /** Leaves in the middle of a stream. */
  async leave(body: unknown): Promise<void> {
    const leaving = new AbortController();
    const answer = await this.post(body, leaving.signal);
    await answer.body!.getReader().read();
    this.count(answer.status);
    leaving.abort();
  }

  /** Sends the first `bytes` of a request and leaves. */
  async breakOff(bytes: number): Promise<void> {
    const head = `POST ${PATH} HTTP/1.1\r\nHost: ${this.base.host}\r\nContent-Length: 5000\r\n\r\n`;
    const socket = connect(Number(this.base.port), this.base.hostname);
    await once(socket, 'connect');
    socket.end(`${head}{"model"`.slice(0, bytes));
    socket.resume();
    await once(socket, 'close');
  }

  private post(body: unknown, signal?: AbortSignal): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(new URL(PATH, this.base), { method: 'POST', body: text, signal: signal ?? null });
  }

  private count(status: number): void {
    this.codes.set(String(status), (this.codes.get(String(status)) ?? 0) + 1);
  }
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
  it("agree exactly with the client's own counts over mixed requests", async () => {
    await using folder = new DroverFolder();
    folder.configure(
      `metricsMaxInMemory: ${20 * EACH}`,
      'models:',
      demoModel('a', 2000, 1000),
      demoModel('left', 20, 1000),
      demoModel('busy', 1, 1),
      [
        '  broken:',
        `    cmd: ${process.execPath} -e process.exit(1)`,
        '    proxy: http://127.0.0.1:9',
      ].join('\n'),
      'groups:',
      '  together: { swap: false, members: [a, left, busy, broken] }',
    );
    const base = await folder.start().listening();
    const client = new CountingClient(base);
    const endless = { model: 'left', messages, max_tokens: 100_000, stream: true };
    await client.ask({ model: 'a', messages, max_tokens: 3 });
    const busy = new AbortController();
    const holding = await fetch(new URL(PATH, base), {
      method: 'POST',
      body: JSON.stringify({ ...endless, model: 'busy' }),
      signal: busy.signal,
    });
    await holding.body!.getReader().read();

    for (let round = 0; round < EACH; round++) {
      await Promise.all([
        client.ask({ model: 'a', messages, max_tokens: 3 }),
        client.ask({ model: 'a', messages, max_tokens: 3, stream: true }),
        client.ask({ model: 'nobody', messages }),
        client.ask({ model: 'busy', messages }),
        client.ask('{"model":'),
        client.leave(endless),
        client.breakOff(20),
        client.breakOff(1000),
      ]);
    }
    await client.ask({ model: 'broken', messages });
    busy.abort();

    // The one that held the busy model, and the bodies that never came, are known to the server alone.
    const wanted: Record<string, number> = { ...Object.fromEntries(client.codes), '499': EACH };
    wanted['200']! += 1;
    const codes = () => counted(base, 'drover_http_requests_total', 'code', { route: PATH });
    while (sum(await codes()) < sum(wanted)) continue;
    expect(await codes()).toEqual(wanted);
    // A body without a model is answered like a model that nobody has.
    expect(client.codes.get('404')).toBe(2 * EACH);
    expect(client.codes.get('429')).toBe(EACH);

    expect(await counted(base, 'drover_model_requests_total', 'outcome')).toEqual({
      ok: 2 * EACH + 1,
      client_error: EACH,
      rejected: EACH,
      cancelled: EACH + 1,
      server_error: 1,
    });
    expect(await counted(base, 'drover_model_requests_in_flight', 'model')).toEqual({
      a: 0,
      left: 0,
      busy: 0,
      broken: 0,
    });
    expect(await counted(base, 'drover_output_tokens_total', 'model', { model: 'a' })).toEqual({
      a: client.outputTokens,
    });
    const stats = await fetch(new URL('/api/metrics/stats?model=a', base));
    expect(await stats.json()).toMatchObject({
      total_requests: 2 * EACH + 1,
      total_output_tokens: client.outputTokens,
    });
    const list = await fetch(new URL('/api/metrics/activity?limit=1', base));
    expect(await list.json()).toMatchObject({ total: 5 * EACH + 3 });
  });
});
