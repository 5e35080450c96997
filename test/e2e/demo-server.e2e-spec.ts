import { describe, expect, it } from 'vitest';
import { type DroverProcess, startDrover } from '../support/drover-process.js';
import { listProcesses } from '../support/process-tree.js';

function startDemo(...flags: string[]): DroverProcess {
  return startDrover(['demo-server', '--port', '0', '--name', 'demo', ...flags]);
}

async function loaded(server: DroverProcess): Promise<URL> {
  const [, address] = await server.match(/demo server listening on (\S+)/);
  await server.match(/model loaded/);
  return new URL(address!);
}

function ask(base: URL, body: object): Promise<Response> {
  return fetch(new URL('/completion', base), { method: 'POST', body: JSON.stringify(body) });
}

function residentBytes(server: DroverProcess): number {
  return listProcesses().find(({ pid }) => pid === server.child.pid)!.residentBytes;
}

describe('drover demo-server', () => {
  it('really uses the memory that it is told to use', async () => {
    await using plain = startDemo();
    await using big = startDemo('--memory', '200MiB');
    await Promise.all([loaded(plain), loaded(big)]);
    // What the runtime itself holds differs from one process to the next.
    expect(residentBytes(big) - residentBytes(plain)).toBeGreaterThan(150 * 2 ** 20);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with status 0 on %s in mid stream',
    async (name) => {
      await using server = startDemo('--tokens-per-second', '5');
      const base = await loaded(server);
      const response = await ask(base, { prompt: 'x', stream: true });
      server.signal(name);
      expect(await server.end()).toMatchObject({ code: 0, signal: null });
      await expect(response.text()).rejects.toThrow('terminated');
    },
  );

  it('survives SIGTERM when told to', async () => {
    await using server = startDemo('--ignore-sigterm');
    const base = await loaded(server);
    server.signal('SIGTERM');
    await server.match(/SIGTERM received and ignored/);
    expect((await fetch(new URL('/health', base))).status).toBe(200);
  });

  it('breaks down after the given number of answers', async () => {
    await using server = startDemo('--fail-after', '2', '--tokens-per-second', '0');
    const base = await loaded(server);
    for (const prompt of ['first', 'second']) {
      expect((await ask(base, { prompt })).status).toBe(200);
    }
    expect(await server.end()).toMatchObject({ code: 1 });
    expect(server.stderr).toContain('failing on purpose');
  });

  it('says that its port is taken', async () => {
    await using server = startDemo();
    const { port } = await loaded(server);
    await using second = startDrover(['demo-server', '--port', port]);
    expect(await second.end()).toMatchObject({ code: 1 });
    expect(second.stderr).toContain('EADDRINUSE');
  });
});
