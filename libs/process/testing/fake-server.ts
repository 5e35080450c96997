import { RuntimeExit, RuntimeInstance, RuntimeStart } from '#lib/plugin-api';

/** One server of a {@link FakeRuntime}: nothing happens to it unless a test says so. */
export class FakeServer implements RuntimeInstance {
  readonly address: URL;
  readonly details: Readonly<Record<string, number>>;
  readonly exited: Promise<RuntimeExit>;
  /** Graces of the stops that were asked for, in order. */
  readonly graces: number[] = [];
  /** Called at every stop; by default the server ignores it, as one that traps SIGTERM. */
  onStop: (graceMs: number) => void = () => {};
  alive = true;
  private readonly ending = Promise.withResolvers<RuntimeExit>();

  constructor(
    readonly start: RuntimeStart,
    private readonly onExit: () => void,
  ) {
    this.address = start.proxy;
    this.details = { pid: 1000 + start.instance };
    this.exited = this.ending.promise;
  }

  async stop(graceMs: number): Promise<void> {
    this.graces.push(graceMs);
    this.onStop(graceMs);
    await this.exited;
  }

  /** Ends the server. */
  exit(exit: RuntimeExit = { code: 0, signal: null }): void {
    if (!this.alive) return;
    this.alive = false;
    this.onExit();
    this.ending.resolve(exit);
  }

  /** Writes output. */
  print(text: string): void {
    this.start.onOutput(Buffer.from(text));
  }
}
