import { ModelConfig } from '#lib/config';
import { VirtualClock } from '#lib/foundation';
import { ModelProcess } from '../model-process.js';
import { ProcessStatistics } from '../process-statistics.js';
import { StartOverrides } from '../start-overrides.js';
import { FakeProbe } from './fake-probe.js';
import { FakeRuntime } from './fake-runtime.js';
import { FakeServer } from './fake-server.js';
import { modelConfig } from './model-config.js';

/** One model process with everything around it faked, and a record of what happened. */
export class ProcessWorld {
  readonly clock = new VirtualClock();
  readonly runtime = new FakeRuntime();
  readonly probe = new FakeProbe();
  readonly statistics = new ProcessStatistics();
  readonly overrides = new StartOverrides();
  /** Transitions as `from>to`. */
  readonly transitions: string[] = [];
  readonly output: string[] = [];
  readonly logged: string[] = [];
  readonly process: ModelProcess;
  private instances = 0;

  constructor(changes: Partial<ModelConfig> = {}) {
    this.process = new ModelProcess(modelConfig(changes), {
      runtime: (name) => (name === 'local' ? this.runtime : undefined),
      probe: this.probe,
      clock: this.clock,
      split: (text) => text.split(' ').filter((word) => word !== ''),
      nextInstance: () => (this.instances += 1),
      output: (_model, chunk) => this.output.push(Buffer.from(chunk).toString()),
      statistics: this.statistics,
      overrides: this.overrides,
      log: { log: (line) => this.logged.push(line), warn: (line) => this.logged.push(line) },
    });
    this.process.onState((from, to) => this.transitions.push(`${from}>${to}`));
  }

  /** Lets due promise callbacks run, and time pass. */
  async pass(durationMs = 0): Promise<void> {
    await this.clock.advanceAsync(durationMs);
  }

  /** Brings the model to ready and returns its server. */
  async ready(): Promise<FakeServer> {
    const ready = this.process.ensureReady();
    this.probe.answer = true;
    const server = this.runtime.launch(this.runtime.launches.length - 1).succeed();
    await ready;
    return server;
  }
}

/** How a promise has ended so far: `pending`, `done`, or the code (or text) of its error. */
export function watch(promise: Promise<void>): () => string {
  let outcome = 'pending';
  promise.then(
    () => (outcome = 'done'),
    (error: Error & { code?: string }) => (outcome = error.code ?? String(error)),
  );
  return () => outcome;
}
