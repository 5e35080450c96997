import { DroverFolder } from '../../../test/support/drover-folder.js';
import { DROVER_MAIN, type DroverProcess } from '../../../test/support/drover-process.js';

/** A real Drover with demo models in a folder of its own. */
export class RealDrover implements AsyncDisposable {
  private readonly folder = new DroverFolder();
  private process: DroverProcess | null = null;
  private address: URL | null = null;

  /** @param lines of the configuration below `startPort` */
  constructor(lines: readonly string[]) {
    this.folder.configure(...lines);
  }

  get url(): URL {
    return this.address!;
  }

  /** Starts, each time on the same port. */
  async start(): Promise<this> {
    // Behind those of the models.
    const port = this.folder.startPort + 18;
    this.process = this.folder.start(['-listen', `127.0.0.1:${port}`]);
    this.address = await this.process.listening();
    return this;
  }

  /** Ends it as Ctrl-C would. */
  async stop(): Promise<void> {
    this.process?.signal('SIGTERM');
    await this.process?.end();
    this.process = null;
  }

  /** Changes the configuration and asks for a reload, with a key where one is needed. */
  async reload(lines: readonly string[], key = ''): Promise<void> {
    this.folder.configure(...lines);
    const headers = { 'X-Api-Key': key };
    await fetch(new URL('/api/config/reload', this.url), { method: 'POST', headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.folder[Symbol.asyncDispose]();
  }
}

/** Lines of a model that runs Drover's demo server. */
export function demoModel(id: string, flags = '', more: readonly string[] = []): string[] {
  const command = `${process.execPath} ${DROVER_MAIN} demo-server --name demo --port \${PORT} ${flags}`;
  return [`  ${JSON.stringify(id)}:`, `    cmd: ${command}`, ...more.map((line) => `    ${line}`)];
}
