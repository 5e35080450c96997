/** An hour of made-up but steady records, so that tables and charts have something to show. */
function history(world, rows = 60) {
  for (let index = 0; index < rows; index += 1) {
    const failed = index % 17 === 5;
    world.record({
      model: ['qwen3-8b', 'gemma3-27b', 'vendor/coder 30b:q4'][index % 3],
      agoMs: (rows - index) * 45_000,
      resp_status_code: failed ? 502 : 200,
      error_msg: failed
        ? 'upstream closed the connection before the answer was complete'
        : undefined,
    });
  }
  world.log('proxy', '[INFO] drover listening on http://127.0.0.1:8080\n');
  world.log('upstream', '\u001b[32mready\u001b[0m to serve \u001b[1mqwen3-8b\u001b[0m\n');
}

async function swapForever(world, pauseMs) {
  const pair = ['qwen3-8b', 'gemma3-27b'];
  for (let turn = 0; ; turn += 1) {
    const [next, last] = [pair[turn % 2], pair[(turn + 1) % 2]];
    const ends = [1, 2, 3].map((position) =>
      world.request(next, {
        stage: 'queued',
        queue_position: position,
        wait_reason: { kind: 'busy', models: [last] },
      }),
    );
    await world.load(next, world.model(last).state === 'ready' ? [last] : []);
    for (const entry of world.inflight) world.change(entry.id, { stage: 'running' });
    await new Promise((resolve) => world.after(pauseMs, resolve));
    for (const end of ends) end();
  }
}

const DAY_MS = 86_400_000;

/** 5,000 requests on four models and the changes of state around them, over 24 hours. */
function busyDay(world) {
  const names = world.models.filter(({ peerID }) => !peerID).map(({ id }) => id);
  const beginMs = Date.now() - DAY_MS;
  const stepMs = DAY_MS / 5000;
  for (let index = 0; index < 5000; index += 1) {
    const atMs = beginMs + index * stepMs;
    const at = (offset) => new Date(atMs + offset * stepMs).toISOString();
    const model = names[Math.floor(index / 25) % 4];
    world.spans.push({
      id: String(index),
      model,
      path: '/v1/chat/completions',
      at: at(0),
      grantedAt: at(0.4),
      endedAt: at(1.6),
      outcome: index % 31 === 0 ? 'failed' : 'done',
      status: index % 31 === 0 ? 502 : 200,
    });
    if (index % 25 !== 0) continue;
    world.states.push({ model, from: 'stopped', to: 'starting', at: new Date(atMs) });
    world.states.push({ model, from: 'starting', to: 'ready', at: new Date(atMs + stepMs) });
    const endMs = atMs + 25 * stepMs;
    world.states.push({ model, from: 'ready', to: 'stopped', at: new Date(endMs) });
  }
}

/** What a fake server plays; each is a function of its world. */
export const SCENARIOS = {
  idle(world) {
    history(world);
    world.model('qwen3-8b').state = 'ready';
    world.model('nomic-embed').state = 'ready';
  },
  empty(world) {
    world.models = [];
  },
  swap(world) {
    history(world);
    world.model('nomic-embed').state = 'ready';
    void swapForever(world, 4000);
  },
  thrash(world) {
    history(world);
    world.loadMs = 250;
    void swapForever(world, 300);
  },
  failing(world) {
    history(world);
    const reason =
      'the process of "gemma3-27b" ended with exit code 1 before it was ready: ' +
      'ggml_cuda: out of memory (needs 18.2 GiB, 11.0 GiB free)';
    world.failing.set('gemma3-27b', reason);
  },
  /** 5,000 lines a second, in 20 pieces of 250. */
  flood(world) {
    world.model('qwen3-8b').state = 'ready';
    let line = 0;
    world.every(50, () => {
      let text = '';
      for (let index = 0; index < 250; index += 1)
        text += `\u001b[36mline ${(line += 1)}\u001b[0m of many\n`;
      world.log('upstream', text);
    });
  },
  /** A day on record: 17,280 samples, 100,000 rows, 5,000 requests on the timeline. */
  day(world) {
    world.samplesKept = DAY_MS / 5000;
    busyDay(world);
    const names = world.models.map(({ id }) => id);
    for (let id = 0; id < 100_000; id += 1) {
      world.record({ agoMs: (100_000 - id) * 864, model: names[id % names.length] });
    }
    world.model('qwen3-8b').state = 'ready';
  },
  reload(world) {
    history(world);
    world.every(3000, () => world.tell('end', null));
  },
  /** A key that may look and nothing else. */
  readOnly(world) {
    SCENARIOS.idle(world);
    world.refuses = (method) =>
      method === 'GET' || method === 'HEAD' ? '' : 'the key "guest" may read, not operate';
  },
  /** The same, without any log, and profiles to choose from. */
  readOnlyProfiles(world) {
    SCENARIOS.profiles(world);
    world.logs = { proxy: '', upstream: '' };
    world.refuses = (method, path) => {
      if (path === '/logs') return 'the key "guest" may read no logs';
      return method === 'GET' ? '' : 'the key "guest" may read, not operate';
    };
  },
  /** A key that may use models and nothing else. */
  inferenceOnly(world) {
    SCENARIOS.idle(world);
    world.refuses = (_method, path) =>
      path.startsWith('/v1/') || path === '/api/version' ? '' : 'the key "app" may use models only';
  },
  monitoringOff(world) {
    history(world);
    world.monitoringEnabled = false;
  },
  /** A machine whose GPU nobody can read. */
  noGpu(world) {
    history(world);
    const probes = [
      { name: 'sysfs', state: 'absent', detail: 'no card made by AMD under /sys/class/drm' },
      { name: 'nvidia-smi', state: 'absent', detail: 'nvidia-smi is not on PATH' },
    ];
    world.hardware = { ...world.hardware, accelerators: [], probes };
  },
  profiles(world) {
    history(world);
    const pins = { default: 'qwen3-8b', vision: 'gemma3-27b', draw: '' };
    world.profiles = [
      { id: 'work', description: 'Small models, quick answers', pins },
      { id: 'night', description: 'Large models', pins: { default: 'gemma3-27b' } },
    ];
    world.activeProfile = 'work';
  },
  many(world) {
    world.models = Array.from({ length: 200 }, (_, index) => ({
      ...world.models[0],
      id: `family-${index % 20}/model-${index}`,
      name: '',
      aliases: [`alias-${index}`],
      state: index % 40 === 0 ? 'ready' : 'stopped',
    }));
  },
};
