import assert from 'node:assert/strict';
import { readPluginMetadata } from '../plugin.decorators.js';
import { RuntimeInstance, RuntimePlugin, RuntimeStart } from '../runtime.interface.js';
import { TestRunner } from './test-runner.interface.js';

/** A process runtime under test. */
export interface RuntimeSubject {
  /** Name given to `@ProcessRuntime`. */
  readonly name: string;
  readonly create: () => RuntimePlugin;
  readonly commands: {
    /** Prints a line with the word `started` and runs until it is stopped. */
    readonly serve: readonly string[];
    /** Ends by itself with status 3. */
    readonly exit3: readonly string[];
    /** Prints a line with the word `started` and ignores the polite way of being stopped. */
    readonly stubborn: readonly string[];
    /** Prints a line that begins with `value=` and the content of the variable `DROVER_TEST`. */
    readonly printEnv: readonly string[];
    /** Cannot be launched. */
    readonly missing: readonly string[];
  };
}

const GRACE_MS = 5000;

/**
 * The contract of a process runtime as a test-suite, with real servers: output arrives, the end is
 * told once, a stop is idempotent and is forced after the grace, and a launch that cannot work says so.
 */
export function describeRuntime({ describe, it }: TestRunner, subject: RuntimeSubject): void {
  const { commands } = subject;
  describe(`process runtime ${subject.name} keeps the contract`, () => {
    it('is marked as a process runtime of its name', () => {
      const metadata = readPluginMetadata(subject.create().constructor);
      assert.deepEqual([metadata?.kind, metadata?.name], ['process-runtime', subject.name]);
    });

    it('starts a server, passes its output on and stops it', async () => {
      const run = await begin(subject, commands.serve);
      await run.output('started');
      assert.ok(run.instance.address instanceof URL);
      await run.instance.stop(GRACE_MS);
      const exit = await run.instance.exited;
      assert.ok(exit.code !== null || exit.signal !== null, 'the end has a status or a signal');
    });

    it('stops once, however often it is asked', async () => {
      const run = await begin(subject, commands.serve);
      await run.output('started');
      await Promise.all([run.instance.stop(GRACE_MS), run.instance.stop(GRACE_MS)]);
      await run.instance.stop(GRACE_MS);
      await run.instance.exited;
    });

    it('forces the end of a server that will not go', async () => {
      const run = await begin(subject, commands.stubborn);
      await run.output('started');
      await run.instance.stop(50);
      await run.instance.exited;
    });

    it('tells the end of a server that ends by itself', async () => {
      const run = await begin(subject, commands.exit3);
      assert.equal((await run.instance.exited).code, 3);
      await run.instance.stop(GRACE_MS);
    });

    it('gives the server its environment, the later of two values', async () => {
      const run = await begin(subject, commands.printEnv, ['DROVER_TEST=a', 'DROVER_TEST=b']);
      await run.output('value=b');
      await run.instance.stop(GRACE_MS);
    });

    it('refuses what cannot be launched', async () => {
      await assert.rejects(begin(subject, commands.missing));
    });
  });
}

interface Run {
  readonly instance: RuntimeInstance;
  /** Resolves when the output contains the text. */
  output(text: string): Promise<void>;
}

let lastInstance = 0;

async function begin(
  subject: RuntimeSubject,
  argv: readonly string[],
  env: readonly string[] = [],
): Promise<Run> {
  const output = new Output();
  lastInstance += 1;
  const start: RuntimeStart = {
    model: 'contract',
    instance: lastInstance,
    argv,
    stopCommand: null,
    env,
    proxy: new URL('http://127.0.0.1:9'),
    onOutput: (chunk) => output.add(chunk),
  };
  const instance = await subject.create().start(start, new AbortController().signal);
  return { instance, output: (text) => output.contains(text) };
}

/** What a server has printed, as text. */
class Output {
  private readonly decoder = new TextDecoder();
  private seen = '';
  private look: () => void = () => {};

  add(chunk: Uint8Array): void {
    this.seen += this.decoder.decode(chunk, { stream: true });
    this.look();
  }

  contains(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.look = () => {
        if (this.seen.includes(text)) resolve();
      };
      this.look();
    });
  }
}
