import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder, endOf, until } from '../support/drover-folder.js';

interface Envelope {
  readonly src: string;
  readonly error: { readonly message: string; readonly code: string };
}

async function failure(response: Response) {
  const { src, error } = (await response.json()) as Envelope;
  expect(src).toBe('llama-swap');
  return { status: response.status, code: error.code, message: error.message };
}

describe('models that cannot work', () => {
  it('each get a clear answer, and the next model is served', async () => {
    await using folder = new DroverFolder();
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    folder.configure(
      'healthCheckTimeout: 15',
      'models:',
      '  missing: {cmd: "/no/such/server --port ${PORT} --secret s3cret"}',
      folder.model('quitter', '--fail-start'),
      `  taken: {cmd: "${process.execPath} -e 0 ${port}", proxy: "http://127.0.0.1:${port}"}`,
      folder.model('good'),
    );
    const base = await folder.start().listening();

    const missing = await failure(await chat(base, 'missing'));
    expect(missing).toMatchObject({ status: 502, code: 'model_start_failed' });
    expect(missing.message).not.toContain('s3cret');

    const quitter = await failure(await chat(base, 'quitter'));
    expect(quitter).toMatchObject({ status: 502, code: 'model_start_failed' });
    expect(quitter.message).toContain('exited prematurely');

    const taken = await failure(await chat(base, 'taken'));
    expect(taken.status).toBe(502);
    expect(taken.message).toContain(String(port));
    squatter.close();

    const unknown = await failure(await chat(base, 'nobody'));
    expect(unknown).toMatchObject({ status: 404, code: 'model_not_found' });
    expect(unknown.message).toContain('nobody');

    const damaged = await fetch(new URL('/v1/chat/completions', base), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"messages": [',
    });
    expect(await failure(damaged)).toMatchObject({ status: 404, code: 'model_required' });

    expect((await chat(base, 'good')).status).toBe(200);
  });

  it('that never get ready end with the health check time-out', async () => {
    await using folder = new DroverFolder();
    folder.configure('healthCheckTimeout: 15', 'models:', folder.model('mute', '--hang-health'));
    const base = await folder.start().listening();
    const mute = await failure(await chat(base, 'mute'));
    expect(mute).toMatchObject({ status: 504, code: 'health_check_timeout' });
    await until(() => folder.living().length === 0);
  });

  it('that ignore SIGTERM are killed after their grace, and the swap goes on', async () => {
    await using folder = new DroverFolder();
    const stubborn = folder.model('stubborn', '--ignore-sigterm', 'unloadTimeout: 1');
    folder.configure('models:', stubborn, folder.model('next'));
    const drover = folder.start();
    const base = await drover.listening();
    expect((await chat(base, 'stubborn')).status).toBe(200);
    expect((await chat(base, 'next')).status).toBe(200);
    expect(folder.living()).toEqual(['next']);
    const { ending } = await endOf(drover, 'SIGTERM');
    expect(ending.code).toBe(0);
    expect(folder.living()).toEqual([]);
  });

  it('that die under a request leave the connection cut, and are started again', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('frail', '--tokens 1000 --token-ms 20'));
    const base = await folder.start().listening();
    const answer = await chat(base, 'frail', '?stream=true');
    const reader = answer.body!.getReader();
    await reader.read();
    process.kill(folder.pidOf('frail'), 'SIGKILL');
    let text = '';
    const end = (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return 'clean end';
        text += Buffer.from(value).toString();
      }
    })().catch(() => 'cut');
    const how = await end;
    // An event stream may say so in a last event; nothing may look like a whole answer.
    expect(how === 'cut' || text.includes('upstream_broken')).toBe(true);
    expect(text).not.toContain('[DONE]');
    // The connection ends before the exit is noticed: a request in between waits for the next start.
    expect((await chat(base, 'frail', '?tokens=1')).status).toBe(200);
  });
});
