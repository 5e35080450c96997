import { describe, expect, it } from 'vitest';
import { DroverFolder, together } from '../support/drover-folder.js';

const MODELS = '/api/v1/llama/models';

async function post(base: URL, path: string, body?: object) {
  const answer = await fetch(new URL(path, base), {
    method: 'POST',
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** How many pieces of text a streamed answer has. */
async function pieces(base: URL, model: string): Promise<number> {
  const answer = await fetch(new URL('/v1/chat/completions', base), {
    method: 'POST',
    body: JSON.stringify({ model, stream: true, messages: [] }),
  });
  return (await answer.text()).match(/"delta":\{"content"/g)?.length ?? 0;
}

async function metricLines(base: URL, name: string): Promise<string[]> {
  const page = await (await fetch(new URL('/metrics', base))).text();
  return page.split('\n').filter((line) => line.startsWith(`${name}{`));
}

describe('the control API', () => {
  it('gives one start arguments of its own, and the next one none', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a', '--tokens 10'));
    const base = await folder.start().listening();
    const overrides = { args: ['--tokens', '3'] };
    const started = await post(base, `${MODELS}/a/start?wait=true`, { overrides });
    expect(started).toMatchObject({ status: 200, body: { overridesApplied: true } });
    expect(started.body['pid']).toBe(folder.pidOf('a'));
    expect(await pieces(base, 'a')).toBe(3);

    const again = await post(base, `${MODELS}/a/start`, { overrides: { args: ['--tokens', '4'] } });
    expect(again.body).toMatchObject({ alreadyRunning: true, overridesApplied: false });
    expect(await pieces(base, 'a')).toBe(3);

    await post(base, `${MODELS}/a/stop`);
    const plain = await post(base, `${MODELS}/a/start`, { wait: true });
    expect(plain.body).not.toHaveProperty('overridesApplied');
    expect(await pieces(base, 'a')).toBe(10);
    const refused = await post(base, `${MODELS}/a/start`, { overrides: { args: ['--port=1'] } });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  it('tells how a server has ended', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      // Whoever is killed by force does not get this.
      'unloadTimeout: 600',
      'models:',
      folder.model('orderly', '--marker done --exit-code 0'),
      folder.model('stubborn', '--ignore-sigterm'),
      folder.model('forced', '--term-ms 600000'),
      together('orderly', 'stubborn', 'forced'),
    );
    const base = await folder.start().listening();
    const stop = async (model: string, body: object) => {
      await post(base, `${MODELS}/${model}/start?wait=true`);
      return (await post(base, `${MODELS}/${model}/stop`, body)).body;
    };
    expect(await stop('orderly', {})).toEqual({
      modelName: 'orderly',
      state: 'stopped',
      forced: false,
      exitCode: 0,
      signal: null,
    });
    expect(await stop('stubborn', { timeoutMs: 50 })).toEqual({
      modelName: 'stubborn',
      state: 'stopped',
      forced: true,
      exitCode: null,
      signal: 'SIGKILL',
    });
    expect(await stop('forced', { force: true })).toMatchObject({ signal: 'SIGKILL' });
  });

  it('ends a start that is stopped, at once when forced, and answers its caller', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a', '--load-ms 600000 --ignore-sigterm'));
    const base = await folder.start().listening();
    expect((await post(base, `${MODELS}/a/start`)).status).toBe(202);
    const waiting = post(base, `${MODELS}/a/start?wait=true`);
    const stopped = await post(base, `${MODELS}/a/stop`, { force: true });
    expect(stopped.body).toMatchObject({ modelName: 'a', state: 'stopped', forced: true });
    const { status, body } = await waiting;
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: { code: 'model_unloaded' } });
  });

  it('answers a failed start with the last lines of its output', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      folder.model('broken', '--fail-start --exit-code 7'),
      folder.model('slow', '--load-ms 600000', 'healthCheckTimeout: 15'),
    );
    const base = await folder.start().listening();
    const { status, body } = await post(base, `${MODELS}/broken/start?wait=true`);
    expect(status).toBe(500);
    expect(body['error']).toMatchObject({ message: expect.stringContaining('exit status 7') });
    expect(body['logTail']).toContain('fake-server: cannot start, as asked');
    const late = await post(base, `${MODELS}/slow/start`, { wait: true, timeoutMs: 100 });
    expect(late.status).toBe(504);
    expect(late.body['error']).toMatchObject({ message: expect.stringContaining('goes on') });
  });

  it('counts what is refused because of the limit, and how servers crash', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'monitoring: {maxParallelModels: 1}',
      'models:',
      folder.model('a', '--exit-at-ready --exit-code 9'),
      folder.model('b'),
      folder.model('c'),
      together('a', 'b', 'c'),
    );
    const base = await folder.start().listening();
    await post(base, `${MODELS}/b/start?wait=true`);
    expect((await post(base, `${MODELS}/c/start`)).status).toBe(429);
    expect(await metricLines(base, 'drover_queue_rejected_total')).toEqual([
      'drover_queue_rejected_total{model="c",reason="max_parallel_models"} 1',
    ]);
    await post(base, `${MODELS}/b/stop`);
    await post(base, `${MODELS}/a/start`);
    const exits = () => metricLines(base, 'drover_model_process_exits_total');
    await expect
      .poll(exits, { timeout: 20_000 })
      .toEqual(['drover_model_process_exits_total{model="a",code="9"} 1']);
  });
});
