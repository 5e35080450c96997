import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runPlugins } from './plugins.command.js';
import { textIo } from './testing/text-io.js';

async function run(...args: string[]) {
  const io = textIo({ cwd: tmpdir() });
  const status = await runPlugins(args, io);
  return { status, out: io.out(), err: io.err() };
}

describe('drover plugins', () => {
  it('lists the built-in plugins in a table', async () => {
    const { status, out } = await run();
    expect(status).toBe(0);
    expect(out).toMatch(/^planner +matrix +drover \S+ +built in$/m);
    expect(out).toMatch(/^scheduler +fair +drover \S+ +built in$/m);
    expect(out).toMatch(/^process-runtime +local +drover \S+ +built in$/m);
  });

  it('prints JSON', async () => {
    const { out } = await run('-json');
    const lines = JSON.parse(out) as Record<string, string>[];
    expect(lines).toContainEqual(
      expect.objectContaining({ kind: 'planner', name: 'group', package: 'drover' }),
    );
  });

  it('says which configuration cannot be read', async () => {
    const { status, err } = await run('-config', 'missing.yaml');
    expect(status).toBe(1);
    expect(err).toContain('missing.yaml');
  });

  it('refuses stray words', async () => {
    const { status, err } = await run('all');
    expect(status).toBe(2);
    expect(err).toContain('"all"');
  });
});
