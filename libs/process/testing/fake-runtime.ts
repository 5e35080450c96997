import { RuntimeInstance, RuntimePlugin, RuntimeStart } from '#lib/plugin-api';
import { FakeServer } from './fake-server.js';

/** One launch that a test answers. */
export interface FakeLaunch {
  readonly start: RuntimeStart;
  readonly signal: AbortSignal;
  /** The launch succeeds; its caller learns it in the next microtask. */
  succeed(): FakeServer;
  fail(error: Error): void;
}

/**
 * A runtime whose launches are held until the test answers them, or answered at once by `onLaunch`.
 * It refuses what no runtime may ever see: two servers of one model alive at the same time.
 */
export class FakeRuntime implements RuntimePlugin {
  readonly launches: FakeLaunch[] = [];
  readonly servers: FakeServer[] = [];
  /** Answers launches by itself where set. */
  onLaunch: ((launch: FakeLaunch) => void) | null = null;
  private readonly alive = new Map<string, number>();

  start(start: RuntimeStart, signal: AbortSignal): Promise<RuntimeInstance> {
    const { promise, resolve, reject } = Promise.withResolvers<RuntimeInstance>();
    const launch: FakeLaunch = {
      start,
      signal,
      succeed: () => {
        const server = this.add(start);
        resolve(server);
        return server;
      },
      fail: reject,
    };
    this.launches.push(launch);
    this.onLaunch?.(launch);
    return promise;
  }

  /** The launch with this index, which must have been asked for. */
  launch(index: number): FakeLaunch {
    const launch = this.launches[index];
    if (!launch) throw new Error(`no launch ${index}; there were ${this.launches.length}`);
    return launch;
  }

  private add(start: RuntimeStart): FakeServer {
    const count = (this.alive.get(start.model) ?? 0) + 1;
    if (count > 1) throw new Error(`two servers of ${start.model} at once`);
    this.alive.set(start.model, count);
    const server = new FakeServer(start, () => this.alive.set(start.model, 0));
    this.servers.push(server);
    return server;
  }
}
