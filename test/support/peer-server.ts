import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from './free-port.js';

const PROGRAM = join(import.meta.dirname, 'fake-server.mjs');

/** A model server in a process of its own that can be killed and started again at its address. */
export class PeerServer implements AsyncDisposable {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly port: number,
    private readonly args: readonly string[],
  ) {}

  /** Starts a server; `args` are those of `fake-server.mjs`. */
  static async start(...args: string[]): Promise<PeerServer> {
    const server = new PeerServer(await freePort(), args);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it again where it was; resolves when it listens. */
  async start(): Promise<void> {
    const args = [PROGRAM, '--port', String(this.port), ...this.args];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    let output = '';
    for await (const text of child.stdout) {
      output += String(text);
      if (output.includes('listening on port')) return;
    }
    throw new Error(`the server did not start: ${output}`);
  }

  /** Ends it without a word; resolves when it is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
