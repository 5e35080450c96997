import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseExposition } from '#lib/monitor';
import { DroverFolder } from '../support/drover-folder.js';
import { PeerServer } from '../support/peer-server.js';

const CHAT = '/v1/chat/completions';

interface PeerView {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly handedOn: number;
}

interface ActivityRow {
  readonly id: number;
  readonly model: string;
  readonly resp_status_code?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

let folder: DroverFolder;
let base: URL;
let one: PeerServer;
let two: PeerServer;

beforeEach(async () => {
  folder = new DroverFolder();
  [one, two] = await Promise.all([
    PeerServer.start('--name', 'one', '--tokens', '5000', '--token-ms', '20'),
    PeerServer.start('--name', 'two'),
  ]);
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
  await one.kill();
  await two.kill();
});

async function start(peering: string): Promise<void> {
  folder.configure(
    `peering: ${peering}`,
    'peers:',
    `  one: {proxy: "${one.url}", models: [shared, first]}`,
    `  two: {proxy: "${two.url}", models: [shared]}`,
  );
  base = await folder.start().listening();
}

async function ask(model: string, path = CHAT, more: object = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ model, messages: [], ...more });
  return fetch(new URL(path, base), { method: 'POST', headers, body });
}

/** Name of the server that has answered. */
async function served(model: string, path = CHAT): Promise<string> {
  const answer = await ask(model, path);
  const { server } = (await answer.json()) as { readonly server: string };
  return server;
}

async function read<Body>(path: string): Promise<Body> {
  return (await (await fetch(new URL(path, base))).json()) as Body;
}

async function states(): Promise<string[]> {
  const { peers } = await read<{ readonly peers: readonly PeerView[] }>('/api/v1/peers');
  return peers.map(({ id, state }) => `${id} ${state}`);
}

async function becomes(...expected: string[]): Promise<void> {
  await expect.poll(states, { timeout: 20_000 }).toEqual(expected);
}

async function rows(): Promise<ActivityRow[]> {
  const { data } = await read<{ readonly data: ActivityRow[] }>('/api/metrics/activity');
  return data;
}

const openai = (): OpenAI =>
  new OpenAI({ baseURL: new URL('/v1', base).href, apiKey: 'none', maxRetries: 0 });

async function rowOf(status: number): Promise<ActivityRow | undefined> {
  return (await rows()).find(({ resp_status_code: code }) => code === status);
}

describe('peers that stand in for each other', () => {
  beforeEach(() => start('{failover: true, probeEvery: 1s, probeTimeout: 20s}'));

  it('take turns, and one serves alone while the other is gone', async () => {
    await becomes('one up', 'two up');
    const before = await Promise.all([1, 2, 3, 4].map(() => served('shared')));
    expect(before.toSorted()).toEqual(['one', 'one', 'two', 'two']);

    await one.kill();
    const during = await Promise.all([1, 2, 3, 4, 5, 6].map(() => served('shared')));
    expect(new Set(during)).toEqual(new Set(['two']));
    await becomes('one down', 'two up');
    expect(await served('shared')).toBe('two');

    const metrics = parseExposition(await (await fetch(new URL('/metrics', base))).text());
    const state = metrics.find(
      ({ name, labels }) =>
        name === 'drover_peer_state' &&
        labels.get('peer') === 'one' &&
        labels.get('state') === 'down',
    );
    expect(state?.value).toBe(1);
    expect((await rows()).some(({ metadata }) => metadata?.['failed_peers'] === 'one')).toBe(true);

    await one.start();
    await becomes('one up', 'two up');
    const after = await Promise.all([1, 2, 3, 4].map(() => served('shared')));
    expect(after.toSorted()).toEqual(['one', 'one', 'two', 'two']);
  });

  it('do so through /upstream as well', async () => {
    await becomes('one up', 'two up');
    await one.kill();
    for (let count = 0; count < 3; count += 1) {
      expect(await served('shared', `/upstream/shared${CHAT}`)).toBe('two');
      const seen = await read<{ readonly server: string }>('/upstream/shared/echo');
      expect(seen.server).toBe('two');
    }
  });

  it('answers for a peer that is gone, and for all of them, with a code and a time', async () => {
    await becomes('one up', 'two up');
    await one.kill();
    await becomes('one down', 'two up');
    const alone = await ask('first');
    expect(alone.status).toBe(502);
    expect(alone.headers.get('retry-after')).toBe('5');
    expect(await alone.json()).toMatchObject({
      src: 'llama-swap',
      error: {
        code: 'peer_down',
        message: expect.stringMatching(/^peer proxy error: peer "one" is down: .*refused/),
      },
    });
    await two.kill();
    await becomes('one down', 'two down');
    expect((await ask('shared')).status).toBe(502);
    const upstream = await fetch(new URL('/upstream/two/shared/x', base));
    expect(upstream.status).toBe(502);
    const { data } = await read<{ data: { id: string; meta: { llamaswap: object } }[] }>(
      '/v1/models',
    );
    expect(data.find(({ id }) => id === 'one/first')?.meta.llamaswap).toEqual({
      type: 'peer',
      peerID: 'one',
      peerState: 'down',
    });
  });
});

describe('a peer that dies while it answers', () => {
  let dying: Promise<void> | null;

  beforeEach(() => {
    dying = null;
    return start('{probeEvery: 0s}');
  });

  it('ends a stream of chat completions with an error and leaves its row', async () => {
    const messages = [{ role: 'user' as const, content: 'x' }];
    const stream = await openai().chat.completions.create({
      model: 'one/first',
      messages,
      stream: true,
    });
    const reading = async (): Promise<void> => {
      // A client that does not read when the connection ends loses what it has not read yet.
      for await (const { choices } of stream) if (choices[0]) dying ??= one.kill();
    };
    await expect(reading()).rejects.toThrow('upstream connection lost');
    await expect.poll(() => rows(), { timeout: 10_000 }).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ model: 'one/first' });
    expect(await rowOf(200)).toBeDefined();
  });

  it('ends a stream through /upstream with an error', async () => {
    const answer = await ask('first', '/upstream/one/first/v1/messages', { stream: true });
    let text = '';
    const reading = async (): Promise<void> => {
      for await (const chunk of answer.body!) {
        text += Buffer.from(chunk).toString();
        dying ??= one.kill();
      }
    };
    await reading();
    expect(text).toMatch(/\n\nevent: error\ndata: \{.*"type":"error".*\}\n\n$/);
    await expect.poll(() => rows(), { timeout: 10_000 }).toHaveLength(1);
  });

  it('tells a client of messages before the answer begins', async () => {
    await one.kill();
    const client = new Anthropic({ baseURL: base.href, apiKey: 'none', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'x' }];
    const asked = client.messages.create({ model: 'one/first', messages, max_tokens: 1 });
    await expect(asked).rejects.toMatchObject({
      status: 502,
      error: { type: 'error', error: { code: 'upstream_unreachable' } },
    });
    const { peers } = await read<{ readonly peers: readonly PeerView[] }>('/api/v1/peers');
    expect(peers.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
  });

  it('leaves the bare name of a model of several peers without a meaning', async () => {
    expect((await ask('shared')).status).toBe(404);
    expect((await ask('two/shared')).status).toBe(200);
  });
});
