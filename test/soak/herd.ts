import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { NAME_HEADER } from './clients.js';

const MAIN = resolve(import.meta.dirname, '../../dist/src/main.js');
const FAKE_SERVER = resolve(import.meta.dirname, '../support/fake-server.mjs');
const PROBE = resolve(import.meta.dirname, 'probe.mjs');
const PORTS = 8;

/** What Drover holds at one moment. */
export interface Holding {
  readonly heapMib: number;
  readonly rssMib: number;
  readonly descriptors: number;
  /** Sockets, pipes, servers and the like. */
  readonly handles: number;
  readonly timers: number;
  /** Servers of models. */
  readonly children: number;
}

/** Models of which one runs at a time. */
export const SWAPPING: readonly string[] = ['small', 'large', 'third'];
/** Models that run beside everything. */
export const BESIDE: readonly string[] = ['echo', 'flaky'];
export const MODELS: readonly string[] = [...SWAPPING, ...BESIDE];

/** Model that exists in every second configuration only. */
export const SOMETIMES = 'sometimes';

/** A real Drover with real servers in a folder of its own. */
export class Herd implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'drover-soak-'));
  #child: ChildProcess | null = null;
  #generation = 0;
  #startPort = 0;
  #output = '';
  base = new URL('http://127.0.0.1/');

  async start(): Promise<this> {
    this.#startPort = await freePorts();
    this.configure();
    const args = ['--expose-gc', '--import', PROBE, MAIN, '-config', 'config.yaml'];
    const child = spawn(process.execPath, [...args, '-listen', '127.0.0.1:0'], {
      cwd: this.#folder,
      // One arena: of several, each keeps what the busiest moment of its threads took (mallopt(3)).
      env: { ...process.env, SOAK_PROBE: this.#probeFile, NO_COLOR: '1', MALLOC_ARENA_MAX: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const listening = Promise.withResolvers<string>();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-4000);
      const found = /drover listening on (\S+)/.exec(this.#output);
      if (found) listening.resolve(found[1]!);
    });
    child.once('exit', () => listening.reject(new Error(`Drover has ended:\n${this.#output}`)));
    this.base = new URL(await listening.promise);
    return this;
  }

  /** Process id of Drover. */
  get pid(): number {
    return this.#child!.pid!;
  }

  /** Whether Drover still runs, and if not, what it said last. */
  get death(): string | null {
    const child = this.#child;
    if (!child || (child.exitCode === null && child.signalCode === null)) return null;
    return `ended with ${child.exitCode ?? child.signalCode}:\n${this.#output}`;
  }

  /** Writes the next configuration: every one differs a little, every third replaces a model. */
  configure(): void {
    this.#generation += 1;
    const tokens = this.#generation % 3 === 0 ? 600 : 900;
    const commands: Record<string, string> = {
      small: demo('small', `--load-time 100ms --tokens-per-second ${tokens}`),
      large: demo('large', '--load-time 400ms --tokens-per-second 300'),
      third: fake('third', '--load-ms 150 --token-ms 3 --tokens 30'),
      echo: fake('echo', '--tokens 200'),
      flaky: fake('flaky', '--exit-after-ms 4000 --exit-code 3'),
    };
    if (this.#generation % 2 === 0) commands[SOMETIMES] = fake(SOMETIMES, '');
    const models = Object.entries(commands).map(([id, cmd]) => [
      id,
      { cmd, description: `configuration ${this.#generation}`, unloadTimeout: 5 },
    ]);
    const config = {
      startPort: this.#startPort,
      captureBuffer: 1,
      // So that the record of a request can be found.
      ui: { activity: { session_id: [NAME_HEADER] } },
      store: { path: 'soak.db' },
      models: Object.fromEntries(models) as unknown,
      groups: {
        swapping: { swap: true, exclusive: false, members: SWAPPING },
        beside: { swap: false, exclusive: false, members: BESIDE },
      },
    };
    // A file that is read while it is being written may be half of one, or empty, which is valid.
    const file = join(this.#folder, 'config.yaml');
    writeFileSync(`${file}.part`, JSON.stringify(config));
    renameSync(`${file}.part`, file);
  }

  /** Ids of the servers that live. */
  servers(): number[] {
    const parent = this.#child?.pid;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => isServerOf(name, parent))
      .map(Number);
  }

  /** Collects garbage and looks. */
  async look(): Promise<Holding> {
    rmSync(this.#probeFile, { force: true });
    this.#child?.kill('SIGUSR2');
    for (;;) {
      if (this.death) throw new Error(`Drover ${this.death}`);
      const report = this.#report();
      if (report) return report;
      await pause(20);
    }
  }

  /** Writes a heap snapshot of Drover. */
  async snapshot(file: string): Promise<void> {
    writeFileSync(`${this.#probeFile}.heap`, file);
    await this.look();
  }

  /** Ends Drover as a user would; the exit status. */
  async stop(): Promise<number | null> {
    const child = this.#child!;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    return child.exitCode;
  }

  /** What has been written down of requests that did not end well, by their names. */
  failures(): Map<string, string> {
    using store = new DatabaseSync(join(this.#folder, 'soak.db'), { readOnly: true });
    const rows = store.prepare(
      "SELECT session_id, detail_json FROM drover_activity WHERE outcome <> 'ok'",
    );
    return new Map(
      rows.all().map((row) => [String(row['session_id']), String(row['detail_json'])]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.death) {
      const ended = once(this.#child!, 'exit');
      this.#child?.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #probeFile(): string {
    return join(this.#folder, 'probe.json');
  }

  #report(): Holding | null {
    let text: string;
    try {
      text = readFileSync(this.#probeFile, 'utf8');
    } catch {
      return null;
    }
    const { rss, heapUsed, external, resources } = JSON.parse(text) as {
      rss: number;
      heapUsed: number;
      external: number;
      resources: Record<string, number>;
    };
    const { Timeout = 0, Immediate = 0, ...handles } = resources;
    const files = ['FSReqCallback', 'FSReqPromise', 'FileHandleCloseReq'];
    const kinds = Object.entries(handles).filter(([kind]) => !files.includes(kind));
    return {
      heapMib: (heapUsed + external) / 2 ** 20,
      rssMib: rss / 2 ** 20,
      descriptors: descriptorsOf(this.pid),
      handles: kinds.reduce((sum, [, count]) => sum + count, 0),
      timers: Timeout + Immediate,
      children: this.servers().length,
    };
  }
}

/** Descriptors but for those of libraries that the kernel opens and closes by itself. */
function descriptorsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return !readlinkSync(join(folder, name)).startsWith('/proc');
    } catch {
      return false;
    }
  }).length;
}

function isServerOf(pid: string, parent: number | undefined): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parentId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || Number(parentId) !== parent) return false;
    return / --port /.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
  } catch {
    return false;
  }
}

/** The first of some ports in a row that nobody listens on at the moment. */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = 21_000 + Math.floor(Math.random() * 9000);
    const free = await Promise.all(
      Array.from({ length: PORTS }, (_, index) => isFree(first + index)),
    );
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => settle(false));
  server.listen(port, '127.0.0.1', () => server.close(() => settle(true)));
  return promise;
}

function demo(name: string, more: string): string {
  return `${process.execPath} ${MAIN} demo-server --name ${name} --port \${PORT} ${more}`;
}

function fake(name: string, more: string): string {
  return `${process.execPath} ${FAKE_SERVER} --name ${name} --port \${PORT} ${more}`;
}
