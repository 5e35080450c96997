import { describe, expect, it } from 'vitest';
import { chat, DroverFolder } from '../support/drover-folder.js';
import { installPlugin } from '../support/plugin-folder.js';

interface PluginView {
  readonly name: string;
  readonly kind: string;
  readonly hasOwnThread: boolean;
  readonly cutOffs: number;
  readonly lastCutOff: { readonly reason: string } | null;
}

/** Evicts nobody; for the model `bad` it does what the test wants. */
function planner(bad: string): string {
  return `import { SwapPlanner } from 'drover/plugin-api';
export class OddPlanner {
  createPlanner({ settings }) {
    return {
      plan: ({ target }) => {
        if (target === 'bad') { ${bad} }
        return { evict: [], choice: 'odd ' + settings.word };
      },
      canRunTogether: () => true,
    };
  }
}
SwapPlanner('odd')(OddPlanner);`;
}

/** First come, first served; requests for the model \`bad\` hang. */
const SCHEDULER = `import { Scheduler } from 'drover/plugin-api';
class Queue {
  constructor(config, effects) { this.effects = effects; this.waiting = []; this.ids = 0; this.flying = {}; }
  request(request) {
    if (request.model === 'bad') for (;;);
    this.waiting.push(request); this.look(request.model);
  }
  look(model) {
    if (this.effects.state(model) !== 'ready') {
      if (this.swap !== model) { this.swap = model; this.effects.startSwap({ id: ++this.ids, target: model, evict: [] }, { evict: [] }); }
      return;
    }
    for (const one of this.waiting.splice(0)) if (this.effects.grant(one)) this.flying[one.model] = 1;
  }
  cancel(id) { this.waiting = this.waiting.filter((one) => one.id !== id); }
  swapDone() { const model = this.swap; this.swap = null; this.look(model); }
  serveDone() {}
  processChanged() {}
  unload() {}
  unloadDone() {}
  reconfigure() {}
  shutdown() {}
  snapshot() { return { swaps: [], queue: this.waiting, inFlight: new Map(), reserved: new Map() }; }
}
export class QueuePlugin { createScheduler(config, effects) { return new Queue(config, effects); } }
Scheduler('queue')(QueuePlugin);`;

function configured(folder: DroverFolder, ...lines: readonly string[]): void {
  folder.configure(
    'plugins: [odd-plugin]',
    'logLevel: debug',
    'routing:',
    ...lines,
    'models:',
    folder.model('a'),
    folder.model('b'),
    folder.model('bad'),
  );
}

const useOdd = (word: string): string[] => [
  '  router:',
  '    use: odd',
  `    settings: {odd: {word: ${word}}}`,
];

async function pluginsOf(base: URL): Promise<PluginView[]> {
  const answer = await fetch(new URL('/api/v1/plugins', base));
  return ((await answer.json()) as { plugins: PluginView[] }).plugins;
}

async function cutOff(base: URL, name: string): Promise<PluginView> {
  for (;;) {
    const found = (await pluginsOf(base)).find((one) => one.name === name)!;
    if (found.cutOffs > 0) return found;
  }
}

describe('a plugin of a package that goes wrong', () => {
  it('is cut off when it spins for ever; ready models are served meanwhile', async () => {
    await using folder = new DroverFolder();
    installPlugin(folder.path, 'odd-plugin', planner('for (;;);'));
    configured(folder, ...useOdd('first'));
    const drover = folder.start();
    const base = await drover.listening();
    expect((await chat(base, 'a')).status).toBe(200);
    const bad = chat(base, 'bad');
    const warm = await Promise.all(Array.from({ length: 20 }, () => chat(base, 'a')));
    expect(warm.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect((await bad).status).toBe(200);
    const { lastCutOff, hasOwnThread } = await cutOff(base, 'odd');
    expect(hasOwnThread).toBe(true);
    expect(lastCutOff?.reason).toMatch(/^plan has not answered within 1050 ms$/);
    await drover.match(/PLUGIN_CUT_OFF: planner odd of package odd-plugin: plan has not answered/);
    const metrics = await (await fetch(new URL('/metrics', base))).text();
    expect(metrics).toContain('drover_plugin_cut_offs_total{kind="planner",name="odd"} 1');
  });

  it('is back after a reload', async () => {
    await using folder = new DroverFolder();
    installPlugin(folder.path, 'odd-plugin', planner('for (;;);'));
    configured(folder, ...useOdd('first'));
    const drover = folder.start();
    const base = await drover.listening();
    await chat(base, 'bad');
    await cutOff(base, 'odd');
    configured(folder, ...useOdd('second'));
    const reload = (): Promise<Response> =>
      fetch(new URL('/api/config/reload', base), { method: 'POST' });
    // Its new thread may still be starting.
    while (!(await reload()).ok);
    const body = JSON.stringify({ request: 'b', running: ['a'] });
    const headers = { 'Content-Type': 'application/json' };
    const plan = async (): Promise<unknown> =>
      (await fetch(new URL('/api/v1/plan', base), { method: 'POST', headers, body })).json();
    // On a busy machine an answer may be too late.
    await expect.poll(plan).toMatchObject({ choice: 'odd second', evict: [] });
  });

  it('only lets the wanted model run alone when it throws', async () => {
    await using folder = new DroverFolder();
    installPlugin(folder.path, 'odd-plugin', planner('throw new Error("no idea");'));
    configured(folder, ...useOdd('first'));
    const drover = folder.start();
    const base = await drover.listening();
    const swap = async (): Promise<string> => {
      expect((await chat(base, 'a')).status).toBe(200);
      expect((await chat(base, 'bad')).status).toBe(200);
      expect(folder.living()).toEqual(['bad']);
      return drover.stdout;
    };
    // On a busy machine it may throw too late.
    await expect.poll(swap).toMatch(/failed, bad will run alone: Error: no idea/);
    expect((await pluginsOf(base)).find(({ name }) => name === 'odd')?.cutOffs).toBe(0);
  });

  it('is cut off when its thread ends', async () => {
    await using folder = new DroverFolder();
    installPlugin(folder.path, 'odd-plugin', planner('process.exit(7);'));
    configured(folder, ...useOdd('first'));
    const drover = folder.start();
    const base = await drover.listening();
    expect((await chat(base, 'bad')).status).toBe(200);
    const { lastCutOff } = await cutOff(base, 'odd');
    expect(lastCutOff?.reason).toMatch(/thread has ended|has not answered/);
    expect((await chat(base, 'a')).status).toBe(200);
  });

  it('gives way to the scheduler fair when it schedules and hangs', async () => {
    await using folder = new DroverFolder();
    installPlugin(folder.path, 'odd-plugin', SCHEDULER);
    configured(folder, '  scheduler: {use: queue}');
    const drover = folder.start();
    const base = await drover.listening();
    expect((await chat(base, 'a')).status).toBe(200);
    const answers = await Promise.all([chat(base, 'bad'), chat(base, 'a'), chat(base, 'b')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { lastCutOff, kind } = await cutOff(base, 'queue');
    expect(kind).toBe('scheduler');
    expect(lastCutOff?.reason).toBe('an event was not handled within 50 ms');
    await drover.match(/does not answer any more; another scheduler takes over/);
    expect((await chat(base, 'a')).status).toBe(200);
  });

  it('is refused when it wants something injected', async () => {
    await using folder = new DroverFolder();
    const code = planner('').replace('createPlanner(', 'constructor(logger) {}\n  createPlanner(');
    installPlugin(folder.path, 'odd-plugin', code);
    configured(folder, ...useOdd('first'));
    const { code: status, stderr } = await folder.start().end();
    expect(status).toBe(1);
    expect(stderr).toContain('constructor takes 1 arguments, but it lives in a thread of its own');
  });
});
