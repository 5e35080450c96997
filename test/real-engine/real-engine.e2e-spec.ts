import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DroverProcess, startDrover } from '../support/drover-process.js';
import { descendantsOf, type ProcessEntry } from '../support/process-tree.js';
import { type ModelShape, writeRandomModel } from './random-model.js';

const SMALL: ModelShape = {
  name: 'real-small',
  layers: 2,
  embedding: 128,
  feedForward: 256,
  heads: 4,
  contextLength: 512,
  seed: 1,
};
const LARGE: ModelShape = {
  name: 'real-large',
  layers: 8,
  embedding: 512,
  feedForward: 1536,
  heads: 8,
  contextLength: 512,
  seed: 2,
};
/** All weights of the large model, which the engine reads for every token. */
const LARGE_BYTES = 100_000_000;
/** Each token that the models say is a word. */
const TWELVE_WORDS = /^[a-z]+( [a-z]+){11}$/;

const messages = [{ role: 'user' as const, content: 'where is the old sheep' }];
let folder: string;
let drover: DroverProcess;
let client: OpenAI;
let base: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-engine-'));
  for (const shape of [SMALL, LARGE]) writeRandomModel(fileOf(shape), shape);
  const config = join(folder, 'engine.yaml');
  writeFileSync(config, `models:\n${entryOf(SMALL)}${entryOf(LARGE)}`);
  drover = startDrover(['-config', config, '-listen', '127.0.0.1:0']);
  base = await drover.listening();
  client = new OpenAI({ baseURL: new URL('/v1', base).href, apiKey: 'none', maxRetries: 0 });
});

afterAll(async () => {
  drover.signal('SIGTERM');
  await drover.end();
  rmSync(folder, { recursive: true });
});

function fileOf({ name }: ModelShape): string {
  return join(folder, `${name}.gguf`);
}

function entryOf(shape: ModelShape): string {
  const words = [process.execPath, join(import.meta.dirname, 'server.ts')];
  const command = words.map((word) => `'${word}'`).join(' ');
  const flags = `--model '${fileOf(shape)}' --name ${shape.name} --port \${PORT}`;
  return `  ${shape.name}:\n    cmd: ${JSON.stringify(`${command} ${flags}`)}\n`;
}

/** The engine's processes under Drover. */
function engines(): ProcessEntry[] {
  return descendantsOf(drover.child.pid!).filter(({ command }) => command.includes('--model'));
}

function residentBytes(): number {
  return engines().reduce((sum, entry) => sum + entry.residentBytes, 0);
}

function availableMiB(): number {
  const line = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
  return Math.round(Number(line?.[1]) / 1024);
}

async function ask(shape: ModelShape): Promise<string> {
  const body = { model: shape.name, messages, max_tokens: 12 };
  const answer = await client.chat.completions.create(body);
  expect(answer).toMatchObject({ model: shape.name, usage: { completion_tokens: 12 } });
  return answer.choices[0]!.message.content!;
}

describe('Drover in front of llama.cpp', () => {
  it('has two real models answer in turn, one loaded at a time', async () => {
    const small = await ask(SMALL);
    expect(engines()).toMatchObject([{ command: expect.stringContaining('real-small') }]);
    const large = await ask(LARGE);
    expect(engines()).toMatchObject([{ command: expect.stringContaining('real-large') }]);
    expect([small, large]).toEqual([
      expect.stringMatching(TWELVE_WORDS),
      expect.stringMatching(TWELVE_WORDS),
    ]);
    expect(large).not.toBe(small);
    expect(await ask(SMALL)).toBe(small);
  });

  it('streams every token as it comes', async () => {
    const stream = await client.chat.completions.create({
      model: LARGE.name,
      messages,
      max_tokens: 24,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let completionTokens = 0;
    for await (const { choices, usage } of stream) {
      pieces.push(...choices.flatMap(({ delta }) => delta.content ?? []));
      completionTokens = usage?.completion_tokens ?? completionTokens;
    }
    expect(pieces).toHaveLength(24);
    expect(completionTokens).toBe(24);
  });

  it('goes on with the next request after a client has left in the middle of one', async () => {
    const leaving = new AbortController();
    const stream = await client.chat.completions.create(
      { model: LARGE.name, messages, max_tokens: 400, stream: true },
      { signal: leaving.signal },
    );
    for await (const _ of stream) break;
    leaving.abort();
    expect(await ask(LARGE)).toMatch(TWELVE_WORDS);
  });

  it('gives the memory back when the model is unloaded', async () => {
    await ask(LARGE);
    const loadedBytes = residentBytes();
    expect(loadedBytes).toBeGreaterThan(LARGE_BYTES);
    const availableLoadedMiB = availableMiB();
    const response = await fetch(new URL('/unload', base));
    expect(response.status).toBe(200);
    await expect.poll(engines, { timeout: 15_000 }).toEqual([]);
    // Well below what the engine had, because other programs come and go meanwhile.
    const gainedMiB = (): number => availableMiB() - availableLoadedMiB;
    await expect.poll(gainedMiB, { timeout: 15_000 }).toBeGreaterThan(64);
    const engineMiB = Math.round(loadedBytes / 2 ** 20);
    console.log(`engine: ${engineMiB} MiB resident, ${gainedMiB()} MiB available again`);
  });

  it('answers a burst for both models', async () => {
    const shapes = [SMALL, LARGE, SMALL, LARGE];
    const answers = await Promise.all(shapes.map(ask));
    expect(answers[0]).toBe(answers[2]);
    expect(answers[1]).toBe(answers[3]);
  });

  it('leaves no engine behind', async () => {
    await ask(SMALL);
    const [engine] = engines();
    drover.signal('SIGTERM');
    expect(await drover.end()).toMatchObject({ code: 0 });
    const isSame = (entry: ProcessEntry): boolean => entry.pid === engine!.pid;
    expect(descendantsOf(1).find(isSame)).toBeUndefined();
  });
});
