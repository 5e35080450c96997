import {
  capture,
  engineSample,
  memory,
  memoryHistory,
  overview,
  performance,
  performanceHistory,
} from './fake-figures.mjs';

const json = (body, status = 200) => ({ status, body });
const notFound = (message) =>
  json({ src: 'llama-swap', error: { message, code: 'NOT_FOUND' } }, 404);

const RUNNING = ['starting', 'ready', 'stopping'];

function modelRecords(world) {
  return world.models
    .filter((entry) => !entry.unlisted)
    .map(({ id, name, description, capabilities, context_length, aliases, peerID }) => ({
      id,
      name,
      description,
      capabilities,
      context_length,
      meta: { llamaswap: { type: peerID ? 'peer' : 'model', aliases, peerID } },
    }));
}

function activityPage(world, query) {
  const limit = Number(query.get('limit') ?? 25);
  const page = Number(query.get('page') ?? 1);
  const model = query.get('model');
  const min = Number(query.get('min_id') ?? 1);
  const max = Number(query.get('max_id') ?? Infinity);
  const rows = world.activity
    .filter((row) => (!model || row.model === model) && row.id >= min && row.id <= max)
    .toSorted((a, b) => (query.get('order') === 'asc' ? a.id - b.id : b.id - a.id));
  return {
    data: rows.slice((page - 1) * limit, page * limit),
    page,
    limit,
    total: rows.length,
    total_pages: Math.ceil(rows.length / limit),
  };
}

function stats(world) {
  const sum = (name) => world.activity.reduce((total, row) => total + row.tokens[name], 0);
  const histogram = (name) => {
    const values = world.activity.map((row) => row.tokens[name]).toSorted((a, b) => a - b);
    if (values.length === 0) return null;
    const [min, max] = [values[0], values.at(-1)];
    const binSize = (max - min) / 7 || 1;
    const bins = Array.from({ length: 7 }, () => 0);
    for (const value of values) bins[Math.min(6, Math.floor((value - min) / binSize))] += 1;
    const at = (share) => values[Math.floor((values.length - 1) * share)];
    return { bins, min, max, binSize, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  };
  return {
    total_requests: world.activity.length,
    total_input_tokens: sum('input_tokens'),
    total_output_tokens: sum('output_tokens'),
    total_cache_tokens: sum('cache_tokens'),
    prompt_histogram: histogram('prompt_per_second'),
    gen_histogram: histogram('tokens_per_second'),
  };
}

function plan(world, { request, running }) {
  const target = world.model(request);
  if (!target) return notFound(`there is no local model "${request}"`);
  const now = world.models.filter((entry) => entry.state === 'ready').map((entry) => entry.id);
  const evict = (running ?? now).filter((id) => id !== target.id && id !== 'nomic-embed');
  const candidates = [{ evict, cost: evict.length, choice: 'group chat' }];
  return json({ request: target.id, evict, choice: 'group chat', cost: evict.length, candidates });
}

function pairs(world) {
  const models = world.models.filter(({ peerID }) => !peerID).map(({ id }) => id);
  const inGroup = (id) => id !== 'nomic-embed';
  return {
    models,
    evicts: models.map((running) =>
      models.map((asked) => running !== asked && inGroup(running) && inGroup(asked)),
    ),
  };
}

function waiting(world) {
  const queued = world.inflight.filter((entry) => entry.stage === 'queued');
  return [...new Set(queued.map((entry) => entry.model))].map((model) => {
    const own = queued.filter((entry) => entry.model === model);
    return { model, requests: own.length, reason: own[0].wait_reason ?? null };
  });
}

function timeline(world, query) {
  const [from, to] = [query.get('from'), query.get('to')];
  const within = ({ at }) => new Date(at) >= new Date(from) && new Date(at) <= new Date(to);
  const changed = new Set(world.states.map(({ model }) => model));
  return {
    from,
    to,
    since: from,
    initial: world.models
      .filter(({ id, state }) => state === 'ready' && !changed.has(id))
      .map(({ id, state }) => ({ model: id, state })),
    states: world.states.filter(within).map(({ model, to: state, at }) => ({ model, state, at })),
    swaps: world.swaps.filter(within).toReversed(),
    requests: world.spans.filter(within),
    marks: [],
  };
}

function engineStatus(world) {
  const models = world.models
    .filter((entry) => RUNNING.includes(entry.state) && !entry.peerID)
    .map(({ id, state }) => {
      const unknown = { pid: null, uptimeSeconds: null, loadSeconds: null, startedAt: null };
      const known = { managed: true, polling: true, host: null, error: null };
      return { modelName: id, state, isRunning: true, port: 5800, ...known, ...unknown };
    });
  return {
    running: models.length,
    maxParallelModels: 4,
    models,
    system: { cpuPercent: 31.5, memUsedBytes: 22e9, memTotalBytes: 64e9 },
  };
}

function engineMetrics(world, modelName) {
  const found = world.model(modelName);
  if (!found) return notFound('model not found');
  const nowMs = Date.now();
  const ready = found.state === 'ready';
  const history = Array.from({ length: ready ? 60 : 0 }, (_, index) =>
    engineSample(nowMs - (59 - index) * 1000),
  );
  const latest = history.at(-1) ?? null;
  return json({ modelName, state: found.state, intervalMs: 1000, latest, history });
}

async function load(world, id) {
  const ready = world.models.filter((entry) => entry.state === 'ready').map((entry) => entry.id);
  const target = world.model(id);
  const evict = ready.filter((name) => name !== target?.id && name !== 'nomic-embed');
  const error = await world.load(id, evict);
  if (!error) return json({ msg: 'ok' });
  const status = target ? 502 : 404;
  return json({ error: { message: error, code: 'MODEL_START_FAILED' } }, status);
}

/** Routes that answer with JSON: method, pattern, and what to do with `(world, call)`. */
export const ROUTES = [
  [
    'GET',
    /^\/api\/version$/,
    () => json({ version: 'v0.1.0', commit: 'abcdef0123', build_date: '2026-01-01' }),
  ],
  [
    'GET',
    /^\/api\/profiles$/,
    (world) => json({ active: world.activeProfile, profiles: world.profiles }),
  ],
  [
    'PUT',
    /^\/api\/profiles\/active$/,
    (world, { body }) => {
      world.activeProfile = body.name;
      world.tell('profileChanged', { active: body.name });
      return json({ active: body.name });
    },
  ],
  ['GET', /^\/v1\/models$/, (world) => json({ object: 'list', data: modelRecords(world) })],
  [
    'GET',
    /^\/running$/,
    (world) =>
      json({
        running: world.models
          .filter((entry) => RUNNING.includes(entry.state))
          .map(({ id, state }) => {
            const cmd = `llama-server --port 5800 --model /models/${id}.gguf`;
            return { model: id, state, cmd, proxy: 'http://127.0.0.1:5800', ttl: 600 };
          }),
      }),
  ],
  ['POST', /^\/api\/models\/load\/(.+)$/, (world, { params }) => load(world, params[0])],
  [
    'POST',
    /^\/api\/models\/unload\/(.+)$/,
    async (world, { params }) => {
      await world.unload(params[0]);
      return json({ msg: 'ok' });
    },
  ],
  [
    'POST',
    /^\/api\/models\/unload$/,
    async (world) => {
      await Promise.all(world.models.map((entry) => world.unload(entry.id)));
      return json({ msg: 'ok' });
    },
  ],
  [
    'POST',
    /^\/api\/inflight\/([^/]+)\/cancel$/,
    (world, { params }) => {
      if (!world.inflight.some((entry) => entry.id === params[0]))
        return notFound('no such request');
      world.inflight = world.inflight.filter((entry) => entry.id !== params[0]);
      world.tell('inflight', { operation: 'remove', id: params[0] });
      return json({ msg: 'ok' });
    },
  ],
  [
    'POST',
    /^\/api\/v1\/queue\/(.+)\/prefer$/,
    (world, { params }) => {
      world.prefer(params[0]);
      return json({ msg: 'ok' });
    },
  ],
  [
    'GET',
    /^\/api\/v1\/activity\.(csv|ndjson)$/,
    (world, { query }) => json({ rows: world.activity.length, query: String(query) }),
  ],
  ['GET', /^\/api\/metrics\/activity$/, (world, { query }) => json(activityPage(world, query))],
  ['GET', /^\/api\/metrics\/stats$/, (world) => json(stats(world))],
  [
    'GET',
    /^\/api\/captures\/(\d+)$/,
    (_world, { params }) =>
      params[0] === '1' ? notFound('capture not found') : json(capture(Number(params[0]))),
  ],
  [
    'GET',
    /^\/api\/performance$/,
    (world, { query }) =>
      json(performance(world, query.get('after')), world.monitoringEnabled ? 200 : 503),
  ],
  ['GET', /^\/api\/v1\/performance$/, (world, { query }) => json(performanceHistory(world, query))],
  ['GET', /^\/api\/v1\/memory\/history$/, (world) => json(memoryHistory(world))],
  ['GET', /^\/api\/v1\/memory$/, (world) => json(memory(world))],
  ['GET', /^\/api\/v1\/models$/, (world) => json(overview(world))],
  ['GET', /^\/api\/hardware$/, (world) => json(world.hardware)],
  ['GET', /^\/api\/v1\/timeline$/, (world, { query }) => json(timeline(world, query))],
  ['GET', /^\/api\/v1\/swaps$/, (world) => json({ swaps: world.swaps, waiting: waiting(world) })],
  ['GET', /^\/api\/v1\/plan\/pairs$/, (world) => json(pairs(world))],
  ['POST', /^\/api\/v1\/plan$/, (world, { body }) => plan(world, body)],
  ['GET', /^\/api\/v1\/llama\/status$/, (world) => json(engineStatus(world))],
  [
    'GET',
    /^\/api\/v1\/llama\/models\/([^/]+)\/metrics$/,
    (world, { params }) => engineMetrics(world, params[0]),
  ],
];
