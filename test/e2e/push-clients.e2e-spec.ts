import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DroverFolder, until } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';

interface Update {
  readonly modelName: string;
  readonly sequence: number;
}

/** A client of the push that can stop to read. It speaks Engine.IO 4 and Socket.IO 5 by itself. */
class RawClient implements Disposable {
  readonly seen: Record<string, unknown[]> = {};
  private constructor(readonly socket: WebSocket) {}

  static async connect(base: URL): Promise<RawClient> {
    const url = new URL('/socket.io/?EIO=4&transport=websocket', base);
    url.protocol = 'ws:';
    const client = new RawClient(new WebSocket(url));
    client.socket.on('message', (data) => client.heard((data as Buffer).toString()));
    await once(client.socket, 'open');
    client.socket.send('40');
    await until(() => 'llama-status:update' in client.seen);
    return client;
  }

  /** Numbers of the samples of one model, in the order of their arrival. */
  sequences(model: string): number[] {
    const updates = (this.seen['llama-metrics:update'] ?? []) as Update[];
    return updates.filter(({ modelName }) => modelName === model).map(({ sequence }) => sequence);
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  private heard(packet: string): void {
    if (packet === '2') this.socket.send('3');
    if (!packet.startsWith('42')) return;
    const [event, payload] = JSON.parse(packet.slice(2)) as [string, unknown];
    (this.seen[event] ??= []).push(payload);
  }
}

async function post(base: URL, path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL(`/api/v1/llama/models${path}`, base), {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
}

async function droppedMessages(base: URL): Promise<number> {
  const page = await (await fetch(new URL('/metrics', base))).text();
  const line = /^drover_events_dropped_total\{transport="socketio"\} (\d+)$/m.exec(page);
  return Number(line![1]);
}

function isWithoutGap(numbers: readonly number[]): boolean {
  return numbers.every((one, at) => at === 0 || one === numbers[at - 1]! + 1);
}

/** Servers that are watched four times a second each. */
const WATCHED = 150;

/** Names are sent with each sample: long ones fill what the kernel keeps for a connection. */
const name = (at: number): string => `${'watched '.repeat(50)}${at}`;

describe('the push of live figures', () => {
  // A slow machine needs its time to fill what the kernel keeps for a connection.
  const limit = { timeout: 240_000 };
  it('drops what a client does not read, counts it, and serves the others', limit, async () => {
    await using folder = new DroverFolder();
    const demo = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name a`;
    folder.configure('models:', '  a:', `    cmd: ${demo}`);
    const base = await folder.start().listening();
    const { port } = await post(base, '/a/start?wait=true', {});
    const server = { host: '127.0.0.1', port, intervalMs: 250 };
    for (let at = 0; at < WATCHED; at += 1)
      await post(base, '', { ...server, modelName: name(at) });

    using reading = await RawClient.connect(base);
    using slow = await RawClient.connect(base);
    slow.socket.pause();
    await expect.poll(() => droppedMessages(base), { timeout: 180_000 }).toBeGreaterThan(100);

    const before = reading.sequences('a').length;
    await until(() => reading.sequences('a').length > before + 1);
    expect(isWithoutGap(reading.sequences('a'))).toBe(true);
    for (let at = 0; at < WATCHED; at += 1) {
      expect(isWithoutGap(reading.sequences(name(at)))).toBe(true);
    }
    const kept = (client: RawClient) => client.seen['llama-metrics:update']!.length;
    slow.socket.resume();
    await until(
      () =>
        !Array.from({ length: WATCHED }, (_, at) => name(at)).every((one) =>
          isWithoutGap(slow.sequences(one)),
        ),
    );
    expect(kept(slow)).toBeLessThan(kept(reading));
    // It takes part again, and knows the present state.
    const states = slow.seen['llama-status:update']!.length;
    await post(base, '/a/stop', {});
    await until(() => slow.seen['llama-status:update']!.length > states);
    await until(() =>
      JSON.stringify(slow.seen['llama-status:update']!.at(-1)).includes('"running":0'),
    );
  });

  it('tells of a load from its beginning to its end', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a', '--load-ms 1500'));
    const base = await folder.start().listening();
    using client = await RawClient.connect(base);
    await post(base, '/a/start?wait=true', {});
    const steps = () => (client.seen['load-progress:update'] ?? []) as { state: string }[];
    await until(() => steps().at(-1)?.state === 'ready');
    expect(steps()[0]).toMatchObject({ modelName: 'a', state: 'starting', percent: null });
    expect(steps().length).toBeGreaterThan(2);
    expect(steps().at(-1)).toMatchObject({ modelName: 'a', percent: 100 });
  });
});
