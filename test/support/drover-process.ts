import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The compiled program; `npm run build` makes it. */
export const DROVER_MAIN = join(import.meta.dirname, '../../dist/src/main.js');

/** How a program has ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What {@link startDrover} may be told. */
export interface DroverProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Command that becomes, or runs, its arguments: limits, namespaces, rights. */
  readonly launcher?: readonly string[];
}

/** A running `drover`, as a user starts it. Dispose of it at the end of the test. */
export class DroverProcess implements AsyncDisposable {
  private readonly output = { stdout: '', stderr: '' };
  private readonly waiting = new Set<() => void>();
  private readonly ended: Promise<Ending>;
  private isClosed = false;

  constructor(readonly child: ChildProcess) {
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.output[name] += text;
        for (const look of this.waiting) look();
      });
    }
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.isClosed = true;
      for (const look of this.waiting) look();
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        ...this.output,
      };
    });
  }

  get stdout(): string {
    return this.output.stdout;
  }

  get stderr(): string {
    return this.output.stderr;
  }

  /** Resolves when the program has ended and its output is complete. */
  end(): Promise<Ending> {
    return this.ended;
  }

  /** Resolves to the first match in stdout; fails when the program ends without one. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    const found = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const match = pattern.exec(this.output.stdout);
      if (match) found.resolve(match);
      else if (this.isClosed) {
        const { stdout, stderr } = this.output;
        found.reject(new Error(`ended without ${pattern}\n${stdout}\n${stderr}`));
      }
    };
    this.waiting.add(look);
    look();
    return found.promise.finally(() => this.waiting.delete(look));
  }

  /** Resolves to the base URL as soon as the program listens. */
  async listening(): Promise<URL> {
    const match = await this.match(/drover listening (?:with TLS )?on (https?:\/\/[^\s"]+)/);
    const url = new URL(match[1]!.replace('[::]', '127.0.0.1').replace('0.0.0.0', '127.0.0.1'));
    return url;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** Starts the compiled program with arguments. */
export function startDrover(args: readonly string[], options: DroverProcessOptions = {}) {
  const { DROVER_LISTEN: _, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', ...options.env };
  const command = [...(options.launcher ?? []), process.execPath, DROVER_MAIN, ...args];
  const child = spawn(command[0]!, command.slice(1), {
    env,
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new DroverProcess(child);
}

/** Runs the compiled program to its end. */
export async function runDrover(args: readonly string[], options?: DroverProcessOptions) {
  await using drover = startDrover(args, options);
  return await drover.end();
}
