import { kill } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#lib/foundation';
import { isResident, SchedulerPlugin } from '#lib/plugin-api';
import { SeededRandom } from '#lib/plugin-api/testing';
import { Lease, RouterCore } from '#lib/router';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { ProcessRig, processRig, runs } from '../support/process-rig.js';

const MODELS = ['a', 'b', 'c'];
/** Histories per scheduler; more of them take about 0.2 s each. */
const RUNS = Number(process.env['DROVER_TEST_HISTORIES'] ?? 40);
const STEPS = 8;

let rig: ProcessRig;

beforeAll(async () => {
  rig = await processRig(
    ...MODELS.map((id) => ({ id, cmd: 'sleep 600', checkEndpoint: 'none', unloadTimeout: 5 })),
  );
});

afterAll(() => rig[Symbol.asyncDispose]());

function routerWith(scheduler: SchedulerPlugin): RouterCore {
  const planner = new GroupPlannerPlugin().createPlanner({
    models: MODELS.map((id) => ({ id, memory: null })),
    settings: { groups: {} },
    resolve: (name) => name,
  });
  const model = { priority: 0, concurrencyLimit: 3, queueLimit: 50, ttlMs: 0, memory: null };
  const models = new Map(MODELS.map((id) => [id, { ...model, unloadTimeoutMs: 5000 }]));
  const log = { log: () => {}, warn: () => {}, error: (text: string) => void problems.push(text) };
  return new RouterCore(
    { models, planner, schedulerSettings: null },
    { clock: new SystemClock(), processes: rig.service, scheduler, log },
  );
}

let problems: string[] = [];

/** One random history on real processes; ends when everybody has an answer and nothing runs. */
class History {
  readonly pids = new Set<number>();
  readonly answers: Promise<string>[] = [];
  private readonly clients: AbortController[] = [];

  constructor(
    private readonly router: RouterCore,
    private readonly random: SeededRandom,
  ) {}

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      this.act();
      await pause(this.random.integer(0, 6));
    }
    await Promise.all(this.answers);
    await this.router.unload(null);
  }

  private act(): void {
    const kind = this.random.integer(0, 9);
    const model = this.random.pick(MODELS);
    if (kind < 6) this.answers.push(this.request(model));
    else if (kind < 7) this.clients.at(-1)?.abort();
    else if (kind < 8) this.answers.push(this.router.unload([model]).then(() => 'unloaded'));
    else this.crash(model);
  }

  private async request(model: string): Promise<string> {
    const client = new AbortController();
    this.clients.push(client);
    try {
      const lease = await this.router.acquire({ model, signal: client.signal });
      this.serve(lease);
      await pause(this.random.integer(0, 5));
      lease.release();
      return 'served';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  /** At the instant of a grant: one model at a time, and its server is there. */
  private serve({ model }: Lease): void {
    const pid = rig.service.get(model)?.details['pid'];
    if (typeof pid === 'number') this.pids.add(pid);
    const ready = MODELS.filter((id) => rig.service.get(id)?.state === 'ready');
    if (ready.some((id) => id !== model)) problems.push(`${model} served beside ${ready.join()}`);
  }

  private crash(model: string): void {
    const process = rig.service.get(model);
    const pid = process?.state === 'ready' ? process.details['pid'] : undefined;
    if (typeof pid === 'number' && runs(pid)) kill(pid, 'SIGKILL');
  }
}

describe('random histories on real processes', { timeout: 300_000 }, () => {
  it.each([
    ['fair', new FairSchedulerPlugin()],
    ['fifo', new FifoSchedulerPlugin()],
  ])('neither hang nor leave a process behind: %s', async (_, scheduler) => {
    problems = [];
    const router = routerWith(scheduler);
    let served = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const history = new History(router, new SeededRandom(seed));
      await history.play();
      const answers = await Promise.all(history.answers);
      served += answers.filter((answer) => answer === 'served').length;
      expect({ seed, alive: [...history.pids].filter(runs) }).toEqual({ seed, alive: [] });
      const resident = MODELS.filter((id) => isResident(rig.service.get(id)!.state));
      expect({ seed, resident }).toEqual({ seed, resident: [] });
      const { swaps, queue, inFlight, reserved } = router.snapshot().scheduler;
      expect([swaps, queue, inFlight.size, reserved.size]).toEqual([[], [], 0, 0]);
    }
    expect(problems).toEqual([]);
    expect(served).toBeGreaterThan(RUNS);
    await router.shutdown(1000);
  });
});
