import { describe, expect, it } from 'vitest';
import { type ConnectionState, LiveConnection, SILENCE_LIMIT_MS } from './live-connection.js';

interface Stream {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly signal: AbortSignal;
}

function harness() {
  const timers: { delayMs: number; callback: () => void; live: boolean }[] = [];
  const streams: Stream[] = [];
  const states: ConnectionState[] = [];
  const messages: string[] = [];
  let refuse = false;
  let deny = 0;
  const connection = new LiveConnection(
    '/api/events',
    {
      fetch: (_url, init) => {
        if (deny) return Promise.resolve(new Response('no', { status: deny }));
        if (refuse) return Promise.reject(new Error('refused'));
        const signal = init.signal!;
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => {
            streams.push({ controller, signal });
            signal.addEventListener('abort', () => controller.error(new Error('aborted')));
          },
        });
        return Promise.resolve(new Response(body));
      },
      after: (delayMs, callback) => {
        const timer = { delayMs, callback, live: true };
        timers.push(timer);
        return () => (timer.live = false);
      },
    },
    {
      state: (state) => states.push(state),
      opened: () => messages.push('<opened>'),
      denied: ({ status }) => messages.push(`<denied ${status}>`),
      message: (data) => messages.push(data),
    },
  );
  const live = () => timers.filter((timer) => timer.live);
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return {
    connection,
    streams,
    states,
    messages,
    live,
    settle,
    refuse: (on: boolean) => (refuse = on),
    deny: (status: number) => (deny = status),
  };
}

describe('LiveConnection', () => {
  it('hands messages on and tells that it is open first', async () => {
    const h = harness();
    h.connection.connect();
    await h.settle();
    h.streams[0]!.controller.enqueue(new TextEncoder().encode(':\n\ndata:1\n\ndata:2\n\n'));
    await h.settle();
    expect(h.states).toEqual(['connecting', 'connected']);
    expect(h.messages).toEqual(['<opened>', '1', '2']);
    h.connection.close();
  });

  it('retries after 1, 2, 4, 5, 5 seconds and starts over once it was open', async () => {
    const h = harness();
    h.refuse(true);
    h.connection.connect();
    const delays: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      await h.settle();
      const timer = h.live()[0]!;
      delays.push(timer.delayMs);
      timer.live = false;
      if (i === 4) h.refuse(false);
      timer.callback();
    }
    await h.settle();
    expect(delays).toEqual([1000, 2000, 4000, 5000, 5000]);
    expect(h.states.at(-1)).toBe('connected');
    h.streams[0]!.controller.close();
    await h.settle();
    expect(h.live().map((timer) => timer.delayMs)).toEqual([1000]);
    h.connection.close();
  });

  it('takes a silent stream for dead', async () => {
    const h = harness();
    h.connection.connect();
    await h.settle();
    const silence = h.live().find((timer) => timer.delayMs === SILENCE_LIMIT_MS)!;
    silence.callback();
    await h.settle();
    expect(h.states.at(-1)).toBe('disconnected');
    expect(h.streams[0]!.signal.aborted).toBe(true);
    h.connection.close();
  });

  it('tells of a denial and tries again', async () => {
    const h = harness();
    h.deny(403);
    h.connection.connect();
    await h.settle();
    expect(h.messages).toEqual(['<denied 403>']);
    expect(h.live().map((timer) => timer.delayMs)).toEqual([1000]);
    h.connection.close();
  });

  it('rests when paused and goes on when asked to', async () => {
    const h = harness();
    h.connection.connect();
    await h.settle();
    h.connection.pause();
    await h.settle();
    expect(h.streams[0]!.signal.aborted).toBe(true);
    expect(h.live()).toEqual([]);
    h.connection.connect();
    await h.settle();
    expect(h.states.at(-1)).toBe('connected');
    h.connection.close();
  });

  it('leaves no timer behind when closed', async () => {
    const h = harness();
    h.connection.connect();
    await h.settle();
    h.connection.close();
    await h.settle();
    expect(h.live()).toEqual([]);
  });
});
