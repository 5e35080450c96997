import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#lib/plugin-api/testing';
import { DroverFolder, endOf, until } from '../support/drover-folder.js';
import { DroverProcess } from '../support/drover-process.js';
import { descendantsOf } from '../support/process-tree.js';

/** How many histories are played; DROVER_TEST_HISTORIES=500 for a long run. */
const COUNT = Number(process.env['DROVER_TEST_HISTORIES'] ?? 12);
const SEED = Number(process.env['DROVER_TEST_SEED'] ?? 20_261_121);
const EVENTS = 8;

const swapping = ['a', 'b', 'c'];
const all = [...swapping, 'd', 'e'];

interface Running {
  readonly running: readonly { readonly model: string; readonly state: string }[];
}

/** One Drover with real servers, and what a history may do to it. */
class Herd {
  private readonly open = new Set<Promise<unknown>>();
  /** Statuses that requests have ended with; 0 for a cut or given up one. */
  readonly outcomes = new Map<number, number>();
  private generation = 0;

  constructor(
    private readonly folder: DroverFolder,
    private readonly random: SeededRandom,
  ) {}

  configure(): void {
    this.generation += 1;
    // Every third generation starts one model with other arguments: it has to be replaced.
    const models = all.map((id, index) => {
      const changed = this.generation % 3 === 0 && index === this.generation % all.length;
      return this.folder.model(id, changed ? `--tokens ${5 + (this.generation % 7)}` : '');
    });
    this.folder.configure(
      'models:',
      ...models,
      'groups:',
      `  one: {swap: true, exclusive: false, members: [${swapping.join(', ')}]}`,
      '  many: {swap: false, exclusive: false, members: [d, e]}',
    );
  }

  /** Something that happens; whatever has to end is waited for by {@link settled}. */
  happen(base: URL): void {
    const what = this.random.next();
    const model = this.random.pick(all);
    if (what < 0.55) this.track(this.request(base, model));
    else if (what < 0.7) this.track(this.request(base, model, this.random.integer(0, 119)));
    else if (what < 0.78) this.track(this.post(base, `/api/models/unload/${model}`));
    else if (what < 0.82) this.track(this.post(base, '/api/models/unload'));
    else if (what < 0.9) this.crash(model);
    else {
      this.configure();
      this.track(this.post(base, '/api/config/reload'));
    }
  }

  async settled(): Promise<void> {
    while (this.open.size > 0) await Promise.all(this.open);
  }

  private track(work: Promise<unknown>): void {
    this.open.add(work);
    void work.finally(() => this.open.delete(work));
  }

  private crash(model: string): void {
    if (!this.folder.living().includes(model)) return;
    try {
      process.kill(this.folder.pidOf(model), 'SIGKILL');
    } catch {
      // Ended between the look and the kill.
    }
  }

  private async post(base: URL, path: string): Promise<void> {
    await (await fetch(new URL(path, base), { method: 'POST' })).text();
  }

  private async request(base: URL, model: string, leaveAfterMs?: number): Promise<void> {
    const stream = this.random.next() < 0.5;
    const url = new URL(`/v1/chat/completions?wait=${this.random.integer(0, 59)}`, base);
    const signal = leaveAfterMs === undefined ? undefined : AbortSignal.timeout(leaveAfterMs);
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ model, stream, messages: [] });
    let status = 0;
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, signal });
      await answer.text();
      status = answer.status;
    } catch {
      status = 0;
    }
    this.outcomes.set(status, (this.outcomes.get(status) ?? 0) + 1);
  }
}

async function running(base: URL): Promise<Running['running']> {
  return ((await (await fetch(new URL('/running', base))).json()) as Running).running;
}

/** No two models of the swapping group may hold memory at once, but for one that is leaving. */
async function checkResidents(base: URL): Promise<void> {
  const resident = (await running(base)).filter(
    ({ model, state }) => swapping.includes(model) && state !== 'stopping',
  );
  expect(resident.slice(1)).toEqual([]);
}

/** What Drover says runs, and what does run, are the same once everything has settled. */
async function checkProcesses(base: URL, drover: DroverProcess, folder: DroverFolder) {
  const agree = async (): Promise<boolean> => {
    const listed = await running(base);
    if (listed.some(({ state }) => state === 'stopping' || state === 'starting')) return false;
    const ready = listed.map(({ model }) => model).toSorted();
    return JSON.stringify(ready) === JSON.stringify(folder.living().toSorted());
  };
  while (!(await agree())) await new Promise((resolve) => setTimeout(resolve, 20));
  const servers = descendantsOf(drover.child.pid!).filter(({ command }) =>
    command.includes('fake-server'),
  );
  expect(servers).toHaveLength(folder.living().length);
}

describe('random histories with real servers', () => {
  it(
    `${COUNT} of them end without a hang, an orphan or a broken rule`,
    { timeout: 60_000 + COUNT * 10_000 },
    async () => {
      await using folder = new DroverFolder();
      const random = new SeededRandom(SEED);
      const herd = new Herd(folder, random);
      herd.configure();
      const drover = folder.start();
      const base = await drover.listening();
      for (let history = 0; history < COUNT; history += 1) {
        for (let event = 0; event < EVENTS; event += 1) {
          herd.happen(base);
          await new Promise((resolve) => setTimeout(resolve, random.integer(0, 39)));
          await checkResidents(base);
        }
        await herd.settled();
        await checkProcesses(base, drover, folder);
      }
      const { ending } = await endOf(drover, 'SIGTERM');
      expect(ending.code).toBe(0);
      await until(() => folder.living().length === 0);
      const served = herd.outcomes.get(200) ?? 0;
      console.log(`outcomes by status: ${JSON.stringify(Object.fromEntries(herd.outcomes))}`);
      expect(served).toBeGreaterThan(COUNT);
    },
  );
});
