import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { startDrover } from '../support/drover-process.js';
import { freePort } from '../support/free-port.js';
import { descendantsOf, isAlive, type ProcessEntry } from '../support/process-tree.js';

const ROOT = join(import.meta.dirname, '../..');
const CONFIG = join(ROOT, 'config/quickstart.yaml');
const messages = [{ role: 'user' as const, content: 'Good morning' }];

interface Running {
  readonly running: readonly { readonly model: string; readonly state: string }[];
}

async function ready(base: URL): Promise<string[]> {
  const { running } = (await (await fetch(new URL('/running', base))).json()) as Running;
  return running
    .filter(({ state }) => state === 'ready')
    .map(({ model }) => model)
    .toSorted();
}

function alive(entries: readonly ProcessEntry[]): ProcessEntry[] {
  return entries.filter(({ pid }) => isAlive(pid));
}

describe('quickstart', () => {
  it('swaps the chat models, keeps the embedder, and leaves no child after Ctrl-C', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'drover-quickstart-'));
    // Somebody else on this machine may be trying it too.
    const text = readFileSync(CONFIG, 'utf8').replace('15800', String(await freePort()));
    writeFileSync(join(elsewhere, 'quickstart.yaml'), text);
    const args = ['-config', 'quickstart.yaml', '-listen', '127.0.0.1:0'];
    await using drover = startDrover(args, { cwd: elsewhere });
    const base = await drover.listening();
    const client = new OpenAI({ baseURL: new URL('/v1', base).href, apiKey: 'x', maxRetries: 0 });

    const vectors = await client.embeddings.create({ model: 'demo-embed', input: ['a', 'b'] });
    expect(vectors.data.map(({ embedding }) => embedding.length)).toEqual([384, 384]);
    const small = await client.chat.completions.create({ model: 'demo-small', messages });
    expect(small.choices[0]!.message.content).toContain('This is demo-small, a demo model');
    expect(await ready(base)).toEqual(['demo-embed', 'demo-small']);

    const stream = await client.chat.completions.create({
      model: 'demo-large',
      messages,
      max_tokens: 10,
      stream: true,
    });
    let said = '';
    for await (const { choices } of stream) said += choices[0]?.delta.content ?? '';
    expect(said).toMatch(/^This is demo-large/);
    expect(await ready(base)).toEqual(['demo-embed', 'demo-large']);

    const children = descendantsOf(drover.child.pid!);
    const models = children.filter(({ command }) => command.includes('demo-server --name'));
    expect(models).toHaveLength(2);
    drover.signal('SIGINT');
    expect(await drover.end()).toMatchObject({ code: 0 });
    expect(alive(models)).toEqual([]);
    // The watchdog looks round once more when Drover has gone.
    await expect.poll(() => alive(children), { timeout: 10_000 }).toEqual([]);
    rmSync(elsewhere, { recursive: true });
  });

  it('says what to do when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const script = join(ROOT, 'scripts/quickstart.mjs');
    const child = spawn(process.execPath, [script, '-listen', `127.0.0.1:${port}`]);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk));
    const [status] = (await once(child, 'close')) as [number];
    other.close();
    expect(status).toBe(1);
    expect(said).toContain(`cannot listen on 127.0.0.1:${port}: another program listens there`);
    expect(said).toContain('npm run quickstart -- -listen 127.0.0.1:9090');
  });

  it('names in its welcome only models that the configuration has', () => {
    const script = readFileSync(join(ROOT, 'scripts/quickstart.mjs'), 'utf8');
    const config = readFileSync(CONFIG, 'utf8');
    const named = new Set(script.match(/demo-(?!server)[a-z]+/g));
    expect(named.size).toBe(3);
    for (const model of named) expect(config).toContain(`\n  ${model}:\n`);
  });
});
