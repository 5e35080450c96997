import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get, IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DroverFolder } from '../support/drover-folder.js';

interface Probe {
  readonly status: number;
  readonly text: string;
}

async function ask(base: URL | string, path: string): Promise<Probe> {
  const response = await fetch(new URL(path, base));
  return { status: response.status, text: await response.text() };
}

describe('probes', () => {
  it('answers in a word, and in detail when asked to', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'apiKeys: [secret]');
    const base = await folder.start().listening();
    for (const path of ['/livez', '/readyz', '/startupz']) {
      expect(await ask(base, path)).toEqual({ status: 200, text: 'ok\n' });
      const { text } = await ask(base, `${path}?verbose`);
      expect(JSON.parse(text)).toMatchObject({ status: 'ok', checks: {} });
    }
    expect(await ask(base, '/health')).toEqual({ status: 200, text: 'OK' });
    const { checks } = JSON.parse((await ask(base, '/readyz?verbose')).text) as {
      checks: Record<string, { status: string; detail?: string }>;
    };
    expect(checks['childGuard']!.detail).toMatch(/^[a-z-]+(?:, with a watchdog)?$/);
    expect((await ask(base, '/metrics')).status).toBe(401);
  });

  it('is ready whatever becomes of the models', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models:',
      '  broken:',
      '    cmd: /no/such/program ${PORT}',
      'hooks: {on_startup: {preload: [broken]}}',
      'management: {startupAfterPreload: true}',
    );
    const drover = folder.start();
    const base = await drover.listening();
    await drover.match(/preload failed/);
    expect((await ask(base, '/readyz')).text).toBe('ok\n');
    expect((await ask(base, '/startupz')).text).toBe('ok\n');
  });

  it('waits with the start for the preload list when it is told to', async () => {
    await using folder = new DroverFolder();
    const loaded = join(folder.path, 'loaded');
    folder.configure(
      'models:',
      folder.model('slow', `--load-until ${loaded}`),
      'hooks: {on_startup: {preload: [slow]}}',
      'management: {startupAfterPreload: true}',
    );
    const drover = folder.start();
    const base = await drover.listening();
    const early = await ask(base, '/startupz?verbose');
    expect(early.status).toBe(503);
    expect(JSON.parse(early.text)).toMatchObject({ checks: { preload: { status: 'failed' } } });
    expect((await ask(base, '/readyz')).status).toBe(200);
    writeFileSync(loaded, '');
    await drover.match(/\[slow\] preloaded/);
    expect((await ask(base, '/startupz')).status).toBe(200);
  });

  it('tells of a rejected reload without failing', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const drover = folder.start();
    const base = await drover.listening();
    folder.configure('models: []');
    drover.signal('SIGHUP');
    await drover.match(/the old one stays in force/);
    expect(await ask(base, '/readyz')).toEqual({
      status: 200,
      text: 'degraded\nreload: the latest reload was rejected\n',
    });
    folder.configure('models: {}');
    await fetch(new URL('/api/config/reload', base), { method: 'POST' });
    expect((await ask(base, '/readyz')).text).toBe('ok\n');
  });
});

describe('management listener', () => {
  it('takes probes and metrics off the data port and answers to the very end', async () => {
    await using folder = new DroverFolder();
    folder.configure(
      'models: {}',
      'apiKeys: [secret]',
      'management: {listen: "127.0.0.1:0"}',
      'shutdown: {preStopDelay: 10m}',
    );
    const drover = folder.start();
    const base = await drover.listening();
    const [, second] = await drover.match(/probes and metrics on (http:\/\/\S+)/);
    for (const path of ['/livez', '/readyz', '/startupz', '/health']) {
      expect((await ask(second!, path)).status).toBe(200);
    }
    const metrics = await ask(second!, '/metrics');
    expect(metrics.text).toContain('process_cpu_user_seconds_total');
    expect((await ask(second!, '/v1/models')).status).toBe(404);
    expect((await fetch(new URL('/readyz', second), { method: 'POST' })).status).toBe(405);
    for (const path of ['/livez', '/readyz', '/startupz', '/metrics']) {
      expect((await ask(base, path)).status).toBe(404);
    }
    expect((await ask(base, '/health')).status).toBe(200);
    drover.signal('SIGTERM');
    await drover.match(/SIGTERM: shutting down/);
    expect((await ask(second!, '/readyz')).status).toBe(503);
  });

  it('answers to no foreign name on a loopback address', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'management: {listen: "127.0.0.1:0"}');
    const drover = folder.start();
    const [, second] = await drover.match(/probes and metrics on (http:\/\/\S+)/);
    const asked = get(new URL('/metrics', second), { headers: { host: 'evil.example' } });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(421);
  });

  it('ends the start when its address is in use', async () => {
    await using folder = new DroverFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    folder.configure('models: {}', `management: {listen: "127.0.0.1:${port}"}`);
    const ending = await folder.start().end();
    other.close();
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(/cannot listen on 127\.0\.0\.1.*EADDRINUSE/);
  });
});
