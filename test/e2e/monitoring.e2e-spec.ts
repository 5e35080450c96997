import { io, Socket } from 'socket.io-client';
import { describe, expect, it } from 'vitest';
import { DroverFolder, together, until } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';

/** Lines of a model that runs the demo model server. */
function demoModel(id: string, loadTime = '50ms', ...more: readonly string[]): string {
  const command = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name ${id}`;
  const cmd = `    cmd: ${command} --load-time ${loadTime} --tokens-per-second 500`;
  return [`  ${id}:`, cmd, ...more.map((line) => `    ${line}`)].join('\n');
}

async function call(base: URL, what: string, body?: object) {
  const [method, path] = what.split(' ') as [string, string];
  const answer = await fetch(new URL(path, base), {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as never };
}

type Body = Record<string, unknown>;

async function stateOf(base: URL, model: string): Promise<unknown> {
  const { body } = await call(base, 'GET /api/v1/llama/status');
  const { models } = body as { models: { modelName: string; state: string }[] };
  return models.find(({ modelName }) => modelName === model)?.state;
}

describe('the control API', () => {
  it('starts and stops as its script of expectations says', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'monitoring: {maxParallelModels: 2}',
      together('a', 'b', 'c'),
      'models:',
      ...['a', 'b', 'c'].map((id) => demoModel(id)),
    );
    const base = await folder.start().listening();
    const models = '/api/v1/llama/models';

    expect(await call(base, `POST ${models}/a/start`)).toMatchObject({
      status: 202,
      body: { modelName: 'a', state: 'starting' },
    });
    while ((await stateOf(base, 'a')) !== 'ready') continue;
    expect(await call(base, `POST ${models}/a/start`)).toMatchObject({
      status: 200,
      body: { modelName: 'a', state: 'ready', alreadyRunning: true },
    });
    expect(await call(base, `POST ${models}/b/start?wait=true`)).toMatchObject({
      status: 200,
      body: { modelName: 'b', state: 'ready' },
    });
    const refused = await call(base, `POST ${models}/c/start`);
    expect(refused).toMatchObject({
      status: 429,
      body: {
        error: { type: 'rate_limit_error', code: 'max_parallel_models' },
        running: ['a', 'b'],
        maxParallelModels: 2,
      },
    });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await call(base, 'GET /api/v1/llama/status')).body).toMatchObject({
      running: 2,
      maxParallelModels: 2,
    });
    expect((await call(base, `POST ${models}/z/start`)).status).toBe(404);
    expect((await call(base, `GET ${models}/c/metrics`)).body).toMatchObject({
      latest: null,
      history: [],
      state: 'stopped',
    });
    for (const limit of [0, 121]) {
      expect((await call(base, `GET ${models}/a/metrics?limit=${limit}`)).status).toBe(400);
    }
    expect(await call(base, `POST ${models}/b/stop`)).toMatchObject({
      status: 200,
      body: { modelName: 'b', state: 'stopped', forced: false },
    });
    expect((await call(base, `POST ${models}/b/stop`)).body).toMatchObject({
      alreadyStopped: true,
    });
    expect((await call(base, `POST ${models}/c/start`)).status).toBe(202);
  });

  it('does not let starts at the same time exceed the limit', async () => {
    await using folder = new DroverFolder();
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    folder.configure(
      'monitoring: {maxParallelModels: 3}',
      together(...ids),
      'models:',
      ...ids.map((id) => demoModel(id, '300ms')),
    );
    const base = await folder.start().listening();
    const answers = await Promise.all(
      ids.map((id) => call(base, `POST /api/v1/llama/models/${id}/start?wait=true`)),
    );
    const byStatus = Object.groupBy(answers, ({ status }) => String(status));
    expect([byStatus['200']?.length, byStatus['429']?.length]).toEqual([3, 3]);
  });

  it('watches a server that somebody else runs, and forgets it', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', demoModel('a'));
    const base = await folder.start().listening();
    const ready = await call(base, 'POST /api/v1/llama/models/a/start?wait=true');
    const { port } = ready.body as { port: number };
    const server = { modelName: 'foreign', host: '127.0.0.1', port, intervalMs: 250 };
    expect((await call(base, 'POST /api/v1/llama/models', server)).status).toBe(201);
    expect((await call(base, 'POST /api/v1/llama/models', server)).status).toBe(409);
    const path = '/api/v1/llama/models/foreign/metrics';
    const latest = async () => ((await call(base, `GET ${path}`)).body as Body)['latest'];
    while ((await latest()) === null) continue;
    expect(await latest()).toMatchObject({ ok: true, engine: 'llama.cpp' });
    expect((await call(base, 'DELETE /api/v1/llama/models/foreign')).status).toBe(200);
    expect((await call(base, `GET ${path}`)).status).toBe(404);
    expect((await call(base, 'DELETE /api/v1/llama/models/a')).status).toBe(409);
  });
});

async function connect(base: URL, token?: string) {
  const socket: Socket = io(base.href, { auth: token ? { token } : {}, reconnection: false });
  const seen: Record<string, unknown[]> = {};
  socket.onAny((event: string, payload: unknown) => (seen[event] ??= []).push(payload));
  const outcome = await new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error) => resolve(error.message));
  });
  return { socket, seen, outcome, [Symbol.dispose]: () => void socket.disconnect() };
}

describe('the push of live figures', () => {
  it('sends a snapshot, then each sample with its number', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', demoModel('a'));
    const base = await folder.start().listening();
    await call(base, 'POST /api/v1/llama/models/a/start?wait=true');
    using client = await connect(base);
    const count = (event: string): number => client.seen[event]?.length ?? 0;
    await until(() => count('llama-metrics:update') >= 2 && count('llama-status:update') >= 1);
    expect(client.seen['llama-metrics:snapshot']).toHaveLength(1);
    expect(client.seen['llama-status:update']![0]).toMatchObject({ running: 1 });
    const updates = client.seen['llama-metrics:update'] as Body[];
    expect(updates[0]).toMatchObject({ modelName: 'a', state: 'ready', metrics: { ok: true } });
    expect(updates[1]!['sequence']).toBe((updates[0]!['sequence'] as number) + 1);
  });

  it('wants the key', async () => {
    await using folder = new DroverFolder();
    folder.configure('apiKeys: [secret]', 'models:', demoModel('a'));
    const base = await folder.start().listening();
    using stranger = await connect(base);
    expect(stranger.outcome).toBe('unauthorized');
    using friend = await connect(base, 'secret');
    expect(friend.outcome).toBe('connected');
  });
});
