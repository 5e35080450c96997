import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { connect, Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#lib/plugin-api/testing';
import { chat, DroverFolder, endOf, together, until } from '../support/drover-folder.js';
import { isAlive } from '../support/process-tree.js';

/** How often Drover is killed at a random moment. */
const KILLS = Number(process.env['DROVER_TEST_KILLS'] ?? 20);
const SEED = Number(process.env['DROVER_TEST_SEED'] ?? 20_261_121);

/** Few, but enough for Drover itself: what clients open on top of it exhausts them. */
const FEW_DESCRIPTORS = 96;

interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string };
}

async function errorOf(answer: Response): Promise<ErrorAnswer['error']> {
  return ((await answer.json()) as ErrorAnswer).error;
}

async function stateOf(base: URL, model: string): Promise<string> {
  const { running } = (await (await fetch(new URL('/running', base))).json()) as {
    running: readonly { readonly model: string; readonly state: string }[];
  };
  return running.find((one) => one.model === model)?.state ?? 'stopped';
}

function unload(base: URL, model: string): Promise<Response> {
  return fetch(new URL(`/api/models/unload/${model}`, base), { method: 'POST' });
}

/** Lines of a model whose server is started by a shell, as `script` says; \`SERVER\` is its command. */
function wrapped(folder: DroverFolder, id: string, script: string): string {
  const [name, command] = folder.model(id).split('\n') as [string, string];
  const server = command.trim().slice('cmd: '.length);
  return `${name}\n    cmd: ${JSON.stringify(`sh -c '${script.replace('SERVER', server)}'`)}`;
}

describe('a server process that goes wrong', () => {
  it('is a failed start when it goes into the background; what it left is ended', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', wrapped(folder, 'daemon', 'SERVER & sleep 1'), folder.model('a'));
    const drover = folder.start();
    const base = await drover.listening();
    // It may have become ready within that second: then it dies under the next request.
    await (await chat(base, 'daemon')).text();
    await until(() => folder.living().length === 0);
    expect((await chat(base, 'a')).status).toBe(200);
  });

  it('is a failed start, with its output in the log, when it ends at once', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('bad', '--fail-start --exit-code 7'));
    const drover = folder.start();
    const base = await drover.listening();
    for (let round = 0; round < 2; round += 1) {
      const answer = await chat(base, 'bad');
      expect(answer.status).toBe(502);
      const { code, message } = await errorOf(answer);
      expect(code).toBe('model_start_failed');
      expect(message).toContain('[bad] upstream command exited prematurely (exit status 7)');
    }
    const logs = await (await fetch(new URL('/logs', base))).text();
    expect(logs).toContain('fake-server: cannot start, as asked');
  });

  it('is killed at the end of its grace when it ignores SIGTERM; the next model waits so long', async () => {
    await using folder = new DroverFolder();
    const stubborn = folder.model('stubborn', '--ignore-sigterm', 'unloadTimeout: 1');
    folder.configure('models:', stubborn, folder.model('a'));
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'stubborn')).text();
    const pid = folder.pidOf('stubborn');
    expect((await chat(base, 'a')).status).toBe(200);
    expect(isAlive(pid)).toBe(false);
  });

  it('is killed like any other when it hangs so that no signal reaches it', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('hung', '', 'unloadTimeout: 1'), folder.model('a'));
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'hung')).text();
    const pid = folder.pidOf('hung');
    process.kill(pid, 'SIGSTOP');
    const client = new AbortController();
    const given = fetch(new URL('/upstream/hung/wait', base), { signal: client.signal });
    const caller = given.catch(() => 'gave up');
    expect((await unload(base, 'hung')).status).toBe(200);
    expect(isAlive(pid)).toBe(false);
    client.abort();
    await caller;
    expect((await chat(base, 'hung')).status).toBe(200);
  });

  it('fails the requests in flight and starts again when the system kills it for its memory', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('big'));
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'big')).text();
    const flying = chat(base, 'big', '?wait=60000');
    const stats = async (): Promise<{ active: number }> =>
      (await (await fetch(new URL('/upstream/big/stats', base))).json()) as { active: number };
    while ((await stats()).active === 0);
    process.kill(folder.pidOf('big'), 'SIGKILL');
    expect((await flying).status).toBe(502);
    await drover.match(/\[big\] ended by itself: .*SIGKILL/);
    expect(await stateOf(base, 'big')).toBe('stopped');
    expect((await chat(base, 'big')).status).toBe(200);
  });

  it('is a failed start when the system kills it while it loads', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('big', '--load-ms 60000'));
    const drover = folder.start();
    const base = await drover.listening();
    const waiting = chat(base, 'big');
    await until(() => folder.living().length === 1);
    process.kill(folder.pidOf('big'), 'SIGKILL');
    const answer = await waiting;
    expect(answer.status).toBe(502);
    expect((await errorOf(answer)).message).toMatch(/exited prematurely \(.*SIGKILL.*\)/);
  });

  it('is a failed start when somebody takes its port before it does; a later start works', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('late', '--listen-after-ms 1000'));
    const drover = folder.start();
    const base = await drover.listening();
    const answer = chat(base, 'late');
    while ((await stateOf(base, 'late')) !== 'starting');
    const thief = createServer((_request, response) => response.writeHead(404).end('not yours'));
    thief.listen(folder.startPort, '127.0.0.1');
    await once(thief, 'listening');
    expect((await answer).status).toBe(502);
    expect((await errorOf(await chat(base, 'late'))).message).toMatch(/already in use/);
    thief.closeAllConnections();
    thief.close();
    await once(thief, 'close');
    expect((await chat(base, 'late')).status).toBe(200);
  });

  it('answers 502 while a wrapper outlives its server, and is well again after an unload', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', wrapped(folder, 'half', 'SERVER & while :; do sleep 1; done'));
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'half')).text();
    process.kill(folder.pidOf('half'), 'SIGKILL');
    await until(() => folder.living().length === 0);
    expect((await chat(base, 'half')).status).toBe(502);
    expect((await unload(base, 'half')).status).toBe(200);
    expect((await chat(base, 'half')).status).toBe(200);
  });
});

describe('a host that goes wrong', () => {
  it(
    `leaves no child and a readable store when Drover is killed at ${KILLS} random moments`,
    { timeout: 60_000 + KILLS * 15_000 },
    async () => {
      await using folder = new DroverFolder();
      const ids = ['a', 'b', 'c'];
      folder.configure(
        'store: {path: drover.db}',
        'models:',
        ...ids.map((id) => folder.model(id, '--load-ms 50')),
        together('b', 'c'),
      );
      const random = new SeededRandom(SEED);
      for (let round = 0; round < KILLS; round += 1) {
        const drover = folder.start();
        const base = await drover.listening();
        const load = Array.from({ length: 12 }, () =>
          chat(base, random.pick(ids), `?wait=${random.integer(0, 300)}`).catch(() => null),
        );
        await new Promise((resolve) => setTimeout(resolve, random.integer(0, 900)));
        drover.signal('SIGKILL');
        await drover.end();
        await Promise.all(load);
        await until(() => folder.living().length === 0);
        const store = new DatabaseSync(join(folder.path, 'drover.db'), { readOnly: true });
        expect(store.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
        store.close();
      }
      const drover = folder.start();
      const base = await drover.listening();
      expect((await chat(base, 'a')).status).toBe(200);
      expect((await fetch(new URL('/api/v1/activity', base))).status).toBe(200);
      expect((await endOf(drover, 'SIGTERM')).ending.code).toBe(0);
    },
  );

  it('leaves nothing behind when Drover is told to end while models load and stop', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('a', '--term-ms 1000'),
      folder.model('b', '--load-ms 300'),
      folder.model('c'),
    );
    const drover = folder.start();
    const base = await drover.listening();
    await (await chat(base, 'a')).text();
    const waiting = [chat(base, 'b'), chat(base, 'c')];
    while ((await stateOf(base, 'a')) === 'ready');
    const { ending } = await endOf(drover, 'SIGTERM');
    expect(ending.code).toBe(0);
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    // What had begun ends well, what had not is refused: nobody is left without an answer.
    for (const status of statuses) expect([200, 503]).toContain(status);
    expect(folder.living()).toEqual([]);
  });

  it('goes on answering when nobody reads its output', async () => {
    await using folder = new DroverFolder();
    const chatty = wrapped(folder, 'chatty', 'seq 1 300000; exec SERVER');
    folder.configure('logToStdout: both', 'models:', chatty);
    const drover = folder.start();
    const base = await drover.listening();
    drover.child.stdout!.pause();
    for (let round = 0; round < 3; round += 1) {
      expect((await chat(base, 'chatty')).status).toBe(200);
    }
    drover.child.stdout!.resume();
    expect((await endOf(drover, 'SIGTERM')).ending.code).toBe(0);
  });

  it('keeps to its durations when the time of day jumps by months all the time', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('a', '', 'ttl: 1'),
      folder.model('b', '--load-ms 300', 'ttl: 600'),
    );
    const clock = join(import.meta.dirname, '../support/jumping-clock.mjs');
    const drover = folder.start([], { env: { NODE_OPTIONS: `--import=${clock}` } });
    const base = await drover.listening();
    expect((await chat(base, 'a')).status).toBe(200);
    while ((await stateOf(base, 'a')) !== 'stopped');
    for (let round = 0; round < 10; round += 1) {
      expect((await chat(base, 'b')).status).toBe(200);
      expect(await stateOf(base, 'b')).toBe('ready');
    }
    const { data } = (await (await fetch(new URL('/api/metrics/activity', base))).json()) as {
      data: { duration_ms: number; timestamp: string }[];
    };
    expect(new Set(data.map(({ timestamp }) => timestamp.slice(0, 7))).size).toBeGreaterThan(3);
    for (const { duration_ms } of data) {
      expect(duration_ms).toBeGreaterThanOrEqual(0);
      expect(duration_ms).toBeLessThan(60_000);
    }
    expect((await endOf(drover, 'SIGTERM')).ending.code).toBe(0);
  });

  it('refuses clearly when file descriptors run out, and recovers', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const script = `ulimit -n ${FEW_DESCRIPTORS}; exec "$0" "$@"`;
    const drover = folder.start([], { launcher: ['sh', '-c', script] });
    const base = await drover.listening();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask(base, agent)).status).toBe(200);
    await unload(base, 'a');
    const sockets = await exhaust(Number(base.port));
    const { status, text } = await ask(base, agent);
    expect(status).toBe(502);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'model_start_failed' } });
    expect(text).toMatch(/too many open files|EMFILE/);
    for (const socket of sockets) socket.destroy();
    agent.destroy();
    const isWell = async (): Promise<boolean> =>
      (await chat(base, 'a').catch(() => null))?.status === 200;
    while (!(await isWell()));
    expect((await endOf(drover, 'SIGTERM')).ending.code).toBe(0);
  });
});

interface Asked {
  readonly status: number;
  readonly text: string;
}

/** A request for model a over a connection that is there already, where there is one. */
function ask(base: URL, agent: Agent): Promise<Asked> {
  const { promise, resolve, reject } = Promise.withResolvers<Asked>();
  const headers = { 'Content-Type': 'application/json' };
  const sent = request(new URL('/v1/chat/completions', base), { agent, method: 'POST', headers });
  sent.once('error', reject);
  sent.once('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
  });
  sent.end(JSON.stringify({ model: 'a', messages: [] }));
  return promise;
}

/** Opens connections until one of them is closed by the other side at once. */
async function exhaust(port: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    const closed = once(socket, 'close').then(() => true);
    // An answer shows that the connection was accepted for good.
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const answered = once(socket, 'data').then(() => false);
    if (await Promise.race([closed, answered]).catch(() => true)) return sockets;
  }
}
