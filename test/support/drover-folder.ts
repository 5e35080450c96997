import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DroverProcess, DroverProcessOptions, startDrover } from './drover-process.js';
import { PortBlock } from './port-block.js';
import { descendantsOf, isAlive } from './process-tree.js';

const FAKE_SERVER = join(import.meta.dirname, 'fake-server.mjs');

/** What the tests of different files take at the same time is not the same. */
const PORTS = { first: 20_000, last: 30_000, size: 20 };

/** A folder with a configuration and the processes that a test started with it. */
export class DroverFolder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), 'drover-e2e-'));
  private readonly ports = new PortBlock(PORTS);
  /** This port and the 18 behind it belong to this folder alone. */
  readonly startPort = this.ports.port;
  private readonly started: DroverProcess[] = [];

  /** Writes `config.yaml` with the given lines behind the start port. */
  configure(...lines: readonly string[]): void {
    const text = [`startPort: ${this.startPort}`, ...lines, ''].join('\n');
    writeFileSync(join(this.path, 'config.yaml'), text);
  }

  /** Starts Drover with `config.yaml` on a port that the system chooses. */
  start(args: readonly string[] = [], options: DroverProcessOptions = {}): DroverProcess {
    const all = ['-config', 'config.yaml', '-listen', '127.0.0.1:0', ...args];
    const drover = startDrover(all, { cwd: this.path, ...options });
    this.started.push(drover);
    return drover;
  }

  /** Lines of a model that runs the fake server; its process id lands in `<id>.pid`. */
  model(id: string, options = '', ...more: readonly string[]): string {
    const command = `${process.execPath} ${FAKE_SERVER} --port \${PORT} --name ${id}`;
    const pidFile = join(this.path, `${id}.pid`);
    const lines = [`  ${id}:`, `    cmd: ${command} --pid-file ${pidFile} ${options}`];
    return [...lines, ...more.map((line) => `    ${line}`)].join('\n');
  }

  /** Command of a fake server. */
  fakeServer(name: string, options = ''): string {
    return `${process.execPath} ${FAKE_SERVER} --port \${PORT} --name ${name} ${options}`;
  }

  /** Process id of a model's server; it has to be running. NaN while the server writes it. */
  pidOf(id: string): number {
    return Number.parseInt(readFileSync(join(this.path, `${id}.pid`), 'utf8'), 10);
  }

  /** Ids of the models whose server has been started and lives. */
  living(): string[] {
    return readdirSync(this.path)
      .filter((name) => name.endsWith('.pid'))
      .map((name) => name.slice(0, -'.pid'.length))
      .filter((id) => isAlive(this.pidOf(id)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const drover of this.started) await drover[Symbol.asyncDispose]();
    this.ports[Symbol.dispose]();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Lines of a group in which all these models may run at once. */
export function together(...ids: readonly string[]): string {
  return `groups: {all: {swap: false, exclusive: false, members: [${ids.join(', ')}]}}`;
}

/** Resolves when the condition holds; the test's own limit ends the waiting. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Ends, as a user would, and tells what is left of the processes below. */
export async function endOf(drover: DroverProcess, signal: NodeJS.Signals) {
  const below = descendantsOf(drover.child.pid!);
  drover.signal(signal);
  const ending = await drover.end();
  return { ending, below };
}

/** A chat request for a model. */
export function chat(base: URL, model: string, query = ''): Promise<Response> {
  return fetch(new URL(`/v1/chat/completions${query}`, base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
  });
}
