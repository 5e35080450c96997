import { describe, expect, it } from 'vitest';
import { DroverFolder, chat, until } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';

interface Seen {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads `/api/v1/events` as a browser does. */
class LiveReader implements Disposable {
  readonly seen: Seen[] = [];
  mediaType: string | null = null;
  private readonly leaving = new AbortController();

  static async open(base: URL, query = '', lastId?: string): Promise<LiveReader> {
    const reader = new LiveReader();
    const answer = await fetch(new URL(`/api/v1/events${query}`, base), {
      signal: reader.leaving.signal,
      headers: lastId === undefined ? {} : { 'Last-Event-ID': lastId },
    });
    reader.mediaType = answer.headers.get('content-type');
    void reader.read(answer.body!).catch(() => undefined);
    return reader;
  }

  /** The first event of a type for which `accepts` is true. */
  async find(event: string, accepts: (data: Seen['data']) => boolean = () => true): Promise<Seen> {
    const look = () => this.seen.find((one) => one.event === event && accepts(one.data));
    await until(() => look() !== undefined);
    return look()!;
  }

  [Symbol.dispose](): void {
    this.leaving.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    for await (const piece of body) {
      text += Buffer.from(piece).toString();
      const frames = text.split('\n\n');
      text = frames.pop()!;
      this.seen.push(...frames.filter((frame) => !frame.startsWith(':')).map(parse));
    }
  }
}

function parse(frame: string): Seen {
  const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s, 2)));
  return { id: fields['id'], event: fields['event'], data: JSON.parse(fields['data']) as never };
}

function isGood({ metrics }: Seen['data']): boolean {
  return (metrics as { readonly ok: boolean }).ok;
}

function demoModel(id: string, options = ''): string {
  const command = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name ${id}`;
  return [`  ${id}:`, `    cmd: ${command} ${options}`].join('\n');
}

describe('the live events', () => {
  it('tell the state, loads, samples, requests and crashes in plain JSON', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', demoModel('a', '--load-time 1200ms'), folder.model('b'));
    const base = await folder.start().listening();
    using reader = await LiveReader.open(base);
    expect(reader.mediaType).toBe('text/event-stream');
    const first = await reader.find('modelStatus');
    expect(first.data).toMatchObject([{ id: 'a', state: 'stopped' }, { id: 'b' }]);
    const page = await (await fetch(new URL('/metrics', base))).text();
    expect(page).toContain('\ndrover_event_clients{transport="sse_v1"} 1\n');
    await (await chat(base, 'a')).text();
    await reader.find('load-progress', ({ state }) => state === 'starting');
    await reader.find(
      'load-progress',
      ({ state, percent }) => state === 'ready' && percent === 100,
    );
    const sample = await reader.find('llama-metrics', isGood);
    expect(sample.data).toMatchObject({ modelName: 'a', state: 'ready' });
    await reader.find('activity', ({ id }) => id === 1);
    await reader.find('inflight', ({ operation }) => operation === 'remove');
    await (await chat(base, 'b')).text();
    process.kill(folder.pidOf('b'), 'SIGKILL');
    const alert = await reader.find('alert');
    expect(alert.data).toMatchObject({ kind: 'crash', subject: 'b' });
    expect(alert.data['message']).toContain('SIGKILL');
  });

  it('can be resumed where they broke off, and begin anew after an id that nobody knows', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const base = await folder.start().listening();
    using before = await LiveReader.open(base, '?types=activity');
    await (await chat(base, 'a')).text();
    const { id } = await before.find('activity');
    before[Symbol.dispose]();
    await (await chat(base, 'a')).text();
    await (await chat(base, 'a')).text();
    using after = await LiveReader.open(base, '?types=activity,modelStatus', id);
    await after.find('activity', (data) => data['id'] === 3);
    expect(after.seen.filter(({ event }) => event === 'activity').map(({ data }) => data)).toEqual([
      { id: 2 },
      { id: 3 },
    ]);
    using anew = await LiveReader.open(base, '?types=modelStatus', 'other-1');
    expect((await anew.find('modelStatus')).data).toMatchObject([{ id: 'a', state: 'ready' }]);
  });

  it('need a key, and name the types when one is unknown', async () => {
    await using folder = new DroverFolder();
    folder.configure('apiKeys: [secret]', 'models:', folder.model('a'));
    const base = await folder.start().listening();
    const ask = (query: string, headers: Record<string, string>) =>
      fetch(new URL(`/api/v1/events${query}`, base), { headers });
    expect((await ask('', {})).status).toBe(401);
    const refused = await ask('?types=nosuch', { authorization: 'Bearer secret' });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('llama-metrics'),
    ]);
  });
});
