import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { EngineAnswer, EngineHttp } from './engine-http.interface.js';
import { ProxiedTraffic } from './engine-poll.interface.js';
import { EngineMonitor, EngineUpdate } from './engine.monitor.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/observability');
const NONE: ProxiedTraffic = {
  inFlight: 0,
  liveTokens: 0,
  seenTokens: 0,
  generationMs: null,
  promptMs: null,
};

function text(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

const IDLE_PAGE = 'llamacpp:tokens_predicted_total 5\nllamacpp:requests_processing 0\n';
const BUSY_PAGE = 'llamacpp:tokens_predicted_total 5\nllamacpp:requests_processing 1\n';

/** A server whose pages the test sets; a path without a page answers 404. */
class FakeEngine implements EngineHttp {
  readonly asked: string[] = [];
  readonly pages = new Map<string, string | number>();
  isHanging = false;

  constructor(pages: Record<string, string | number>) {
    for (const [path, page] of Object.entries(pages)) this.pages.set(path, page);
  }

  async get(url: URL, { signal }: { signal: AbortSignal }): Promise<EngineAnswer> {
    this.asked.push(url.pathname);
    if (this.isHanging) {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    }
    const page = this.pages.get(url.pathname) ?? 404;
    if (page === 0) throw new Error('connect ECONNREFUSED');
    const status = typeof page === 'number' ? page : 200;
    return { status, headers: {}, body: typeof page === 'string' ? page : '{}' };
  }

  count(path: string): number {
    return this.asked.filter((asked) => asked === path).length;
  }
}

function setup(pages: Record<string, string | number>, traffic: Partial<ProxiedTraffic> = {}) {
  const clock = new VirtualClock(1_772_600_767_000);
  const engine = new FakeEngine(pages);
  const updates: EngineUpdate[] = [];
  const monitor = new EngineMonitor({
    clock,
    http: engine,
    traffic: () => ({ ...NONE, ...traffic }),
    onUpdate: (update) => updates.push(update),
  });
  const target = { address: new URL('http://127.0.0.1:5801'), apiKey: null, argv: [] };
  monitor.start('m', target);
  return { clock, engine, updates, monitor, target };
}

const PROPS = text('llama-server/props.json');

describe('EngineMonitor', () => {
  it('polls once per second and keeps two minutes', async () => {
    const { clock, updates, monitor } = setup({ '/props': PROPS, '/metrics': IDLE_PAGE });
    await clock.advanceAsync(200_000);
    expect(updates.length).toBeGreaterThanOrEqual(199);
    expect(monitor.history('m', 500)).toHaveLength(120);
    expect(updates.map(({ sequence }) => sequence)).toEqual(updates.map((_, index) => index + 1));
    await monitor.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('asks for the rarely changing facts every half minute only', async () => {
    const { clock, engine, monitor } = setup({ '/props': PROPS, '/metrics': IDLE_PAGE });
    await clock.advanceAsync(61_000);
    expect(engine.count('/props')).toBe(3);
    await monitor.close();
  });

  it('never asks an idle server for its slots', async () => {
    const { clock, engine, monitor } = setup({ '/props': PROPS, '/metrics': IDLE_PAGE });
    await clock.advanceAsync(60_000);
    expect(engine.count('/slots')).toBe(0);
    await monitor.close();
  });

  it('asks a busy server for its slots, and once more when it went idle', async () => {
    const slots = text('llama-server/slots-split.json');
    const pages = { '/props': PROPS, '/metrics': BUSY_PAGE, '/slots': slots };
    const { clock, engine, monitor } = setup(pages);
    await clock.advanceAsync(3000);
    expect(engine.count('/slots')).toBe(3);
    engine.pages.set('/metrics', IDLE_PAGE);
    await clock.advanceAsync(5000);
    expect(engine.count('/slots')).toBe(4);
    await monitor.close();
  });

  it('leaves a sleeping server asleep although a request is under way', async () => {
    const sleeping = text('llama-server/props-sleeping.json');
    const pages = { '/props': sleeping, '/metrics': IDLE_PAGE, '/slots': '[]' };
    const { clock, engine, monitor } = setup(pages, { inFlight: 1 });
    await clock.advanceAsync(10_000);
    expect(engine.count('/slots')).toBe(0);
    await monitor.close();
  });

  it('does not ask again for a page that does not exist', async () => {
    const { clock, engine, updates, monitor } = setup({ '/metrics': 501 });
    await clock.advanceAsync(10_000);
    expect(engine.asked).toEqual(['/props', '/metrics']);
    expect(updates.at(-1)!.sample).toMatchObject({ ok: true, engine: null });
    await monitor.close();
  });

  it('recognises a vLLM', async () => {
    const page = text('vllm/metrics.txt');
    const { clock, updates, monitor } = setup({ '/metrics': page });
    await clock.advanceAsync(1000);
    expect(updates[0]!.sample).toMatchObject({ engine: 'vllm', contextUsed: 57_344 });
    await monitor.close();
  });

  it('marks a failed poll and polls less often after five', async () => {
    const { clock, engine, updates, monitor } = setup({ '/props': PROPS, '/metrics': 0 });
    await clock.advanceAsync(60_000);
    expect(updates[0]!.sample).toMatchObject({
      ok: false,
      error: 'connect ECONNREFUSED',
      tokensGenerated: null,
    });
    expect(updates.length).toBeLessThan(14);
    engine.pages.set('/metrics', IDLE_PAGE);
    await clock.advanceAsync(10_000);
    const before = updates.length;
    await clock.advanceAsync(5000);
    expect(updates.length - before).toBe(5);
    await monitor.close();
  });

  it('has no sample of a model that has stopped, but keeps its history until the next start', async () => {
    const { clock, monitor, target } = setup({ '/props': PROPS, '/metrics': IDLE_PAGE });
    await clock.advanceAsync(3000);
    await monitor.stop('m');
    expect(monitor.latest('m')).toBeNull();
    expect(monitor.history('m', 10)).toEqual([]);
    expect(monitor.history('m', 10, true)).toHaveLength(3);
    monitor.start('m', target);
    expect(monitor.history('m', 10)).toEqual([]);
    await monitor.close();
  });

  it('stops at once although a poll hangs', async () => {
    const { clock, engine, updates, monitor } = setup({});
    engine.isHanging = true;
    await clock.advanceAsync(1000);
    await monitor.close();
    expect(updates).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('spreads the polls of several models over the interval', async () => {
    const { clock, engine, monitor, target } = setup({ '/metrics': IDLE_PAGE });
    for (const model of ['a', 'b', 'c']) monitor.start(model, target);
    const due = new Set<number | null>();
    for (let count = 0; count < 4; count++) {
      due.add(clock.nextDueMs());
      await clock.advanceAsync((clock.nextDueMs() ?? 0) - clock.nowMs());
    }
    expect(due.size).toBe(4);
    expect(engine.asked.length).toBeGreaterThan(0);
    await monitor.close();
  });

  it('keeps the totals over a restart of the server', async () => {
    const { clock, engine, monitor, target } = setup({ '/props': PROPS, '/metrics': IDLE_PAGE });
    await clock.advanceAsync(2000);
    await monitor.stop('m');
    engine.pages.set('/metrics', 'llamacpp:tokens_predicted_total 2\n');
    monitor.start('m', target);
    await clock.advanceAsync(2000);
    expect(monitor.totals('m')).toMatchObject({ generated: 7 });
    await monitor.close();
  });

  it('polls at another interval when told to, within limits', async () => {
    const { monitor } = setup({});
    monitor.changeInterval('m', 5000);
    expect(monitor.intervalMs('m')).toBe(5000);
    monitor.changeInterval('m', 1);
    expect(monitor.intervalMs('m')).toBe(250);
    await monitor.close();
  });
});
