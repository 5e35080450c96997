import { once } from 'node:events';
import { MessageChannel, MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { PluginLine } from './plugin-line.interface.js';
import { FromPlugin, ToPlugin, WireStart } from './plugin-wire.interface.js';

/** Memory that a plugin's thread may take, MiB. */
const MEMORY_LIMIT_MIB = 256;

/** Counters in the shared flags. */
const FROM_PLUGIN = 0;
const TO_PLUGIN = 1;

/** Where the code of a plugin is. */
export interface PluginCode {
  readonly file: string;
  readonly className: string;
}

/** A line to a worker thread of Node. */
export class WorkerLine implements PluginLine {
  /** Messages that were there at the last look: what comes after it ends a wait at once. */
  private seen = 0;

  private constructor(
    private readonly worker: Worker,
    private readonly port: MessagePort,
    private readonly flags: Int32Array<SharedArrayBuffer>,
  ) {}

  /**
   * Starts a thread in which the plugin's class is imported and constructed.
   *
   * @throws Error when that fails there.
   */
  static async open({ file, className }: PluginCode): Promise<WorkerLine> {
    const { port1, port2 } = new MessageChannel();
    const flags = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    const start: WireStart = { port: port2, flags, file, className };
    const worker = new Worker(new URL('./worker-entry.js', import.meta.url), {
      name: `plugin ${className}`,
      workerData: start,
      // What is meant for the program, a profile for instance, is not meant for its plugins.
      execArgv: [],
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MIB },
    });
    await once(worker, 'message');
    worker.unref();
    port1.unref();
    return new WorkerLine(worker, port1, flags);
  }

  send(message: ToPlugin): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    this.port.postMessage(message);
    Atomics.add(this.flags, TO_PLUGIN, 1);
    Atomics.notify(this.flags, TO_PLUGIN);
  }

  receive(): FromPlugin | undefined {
    this.seen = Atomics.load(this.flags, FROM_PLUGIN);
    return receiveMessageOnPort(this.port)?.message;
  }

  wait(waitMs: number): boolean {
    return Atomics.wait(this.flags, FROM_PLUGIN, this.seen, waitMs) !== 'timed-out';
  }

  onEnded(listener: (reason: string) => void): void {
    let ended = (reason: string): void => {
      ended = () => {};
      listener(reason);
    };
    this.worker.once('error', (error: unknown) => {
      ended(error instanceof Error ? error.message : String(error));
    });
    this.worker.once('exit', (code) => ended(`its thread has ended with code ${code}`));
  }

  close(): void {
    this.worker.removeAllListeners();
    // What the end of a thread tells is of no use to anybody here.
    this.worker.on('error', () => {});
    this.port.close();
    void this.worker.terminate();
  }
}
