import { setTimeout as pause } from 'node:timers/promises';
import type { Clients, Wish } from './clients.js';
import { BESIDE, type Herd, MODELS, SOMETIMES, SWAPPING } from './herd.js';
import type { Random } from './random.js';
import type { Tally } from './tally.js';

/** What a round works with. */
export interface RoundTools {
  readonly herd: Herd;
  readonly clients: Clients;
  readonly tally: Tally;
  readonly random: Random;
  /** Longest pause between two beginnings of something, milliseconds. */
  readonly pauseMs: number;
}

/** Something that can happen in a round. */
type Deed = (tools: RoundTools) => Promise<unknown>;

/** Nothing that a client asks for takes longer, milliseconds. */
const HUNG_AFTER_MS = 120_000;

/** Most requests that are under way at once. */
const MOST_OPEN = 24;

/** What happens, and how often compared with the rest. */
const DEEDS: readonly (readonly [number, Deed])[] = [
  [40, (tools) => tools.clients.chat(wish(tools, { isStream: false }))],
  [25, (tools) => tools.clients.chat(wish(tools, { isStream: true }))],
  [8, (tools) => tools.clients.chat(leaver(tools))],
  [4, ({ clients }) => clients.chat({ model: 'echo', isStream: true, pieceMs: 5 })],
  [4, ({ clients, random }) => clients.websocket('echo', random.integer(2, 30))],
  [3, cancelOne],
  [3, ({ clients }) => clients.chat({ model: SOMETIMES, isStream: false, isUncounted: true })],
  [2, unloadOne],
  [2, reload],
  [2, crash],
  [1, ({ clients }) => clients.get('/metrics')],
  [1, ({ clients }) => clients.get('/api/v1/overview')],
];

const TOTAL = DEEDS.reduce((sum, [weight]) => sum + weight, 0);

/** Lets things happen for so long, and waits until all of them have ended. */
export async function playRound(tools: RoundTools, durationMs: number): Promise<void> {
  const { clients, random, herd } = tools;
  const ending = new AbortController();
  const followers = ['/api/events', '/api/events', '/logs/stream', '/logs/stream/echo'].map(
    (path) => clients.follow(path, ending.signal).catch(() => {}),
  );
  const open = new Map<Promise<unknown>, string>();
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) {
    if (herd.death) throw new Error(`Drover ${herd.death}`);
    if (open.size >= MOST_OPEN) await Promise.race(open.keys());
    const deed = pick(random);
    const work: Promise<unknown> = deed(tools).finally(() => open.delete(work));
    open.set(work, deed.toString());
    await pause(random.integer(0, tools.pauseMs));
  }
  await endOf(open, clients);
  ending.abort();
  await Promise.all(followers);
}

/** Waits until everything has ended. @throws Error that names what hangs. */
async function endOf(open: ReadonlyMap<Promise<unknown>, string>, clients: Clients): Promise<void> {
  const over = new AbortController();
  const limit = pause(HUNG_AFTER_MS, 'hung', { signal: over.signal }).catch(() => 'over');
  const outcome = await Promise.race([Promise.all(open.keys()), limit]);
  over.abort();
  if (outcome !== 'hung') return;
  const paths = ['/running', '/api/v1/queue', '/api/v1/models', '/logs'];
  const state = await Promise.all(paths.map((path) => clients.get(path)));
  const lines = [...clients.open(), ...open.values(), ...state.map((text) => text.slice(-3000))];
  throw new Error(`without an end:\n${lines.join('\n')}`);
}

/** Brings everything to rest: no model loaded, no connection open. */
export async function rest({ clients, herd }: RoundTools): Promise<void> {
  await clients.post('/api/models/unload');
  while (herd.servers().length > 0) await pause(50);
  await pause(500);
}

function pick(random: Random): Deed {
  let left = random.next() * TOTAL;
  for (const [weight, deed] of DEEDS) {
    left -= weight;
    if (left < 0) return deed;
  }
  return DEEDS[0]![1];
}

function wish({ random }: RoundTools, { isStream }: { isStream: boolean }): Wish {
  // Bursts for few models: more than one swap in a second helps nobody to see anything.
  const models = random.next() < 0.85 ? BESIDE : SWAPPING;
  return { model: random.pick(models), isStream };
}

function leaver(tools: RoundTools): Wish {
  const { random } = tools;
  const isStream = random.next() < 0.5;
  return { model: random.pick(MODELS), isStream, leaveMs: random.integer(5, 400) };
}

async function cancelOne({ clients, random, tally }: RoundTools): Promise<void> {
  const ids = await clients.inflight();
  if (ids.length === 0) return;
  const status = await clients.post(`/api/inflight/${random.pick(ids)}/cancel`);
  if (status === 200) tally.did('cancel');
}

async function unloadOne({ clients, random, tally }: RoundTools): Promise<void> {
  await clients.post(`/api/models/unload/${random.pick(MODELS)}`);
  tally.did('unload');
}

async function reload({ herd, clients, tally }: RoundTools): Promise<void> {
  herd.configure();
  await clients.post('/api/config/reload');
  tally.did('reload');
}

function crash({ herd, random, tally }: RoundTools): Promise<void> {
  const servers = herd.servers();
  if (servers.length === 0) return Promise.resolve();
  try {
    process.kill(random.pick(servers), 'SIGKILL');
    tally.did('crash');
  } catch {
    // Ended between the look and the kill.
  }
  return Promise.resolve();
}
