import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../support/free-port.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/gateways.md'), 'utf8');

/** Where Debian puts programs that not everybody has on the path. */
const MORE_PLACES = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** A gateway whose recipe is in `docs/gateways.md`. */
export interface GatewayKind {
  /** Name of the program and of the language of its recipe's block. */
  readonly name: 'nginx' | 'haproxy' | 'caddy';
  /** Puts the recipe into a whole configuration that writes nowhere but into `folder`. */
  readonly whole: (recipe: string, folder: string) => string;
  readonly args: (configFile: string, folder: string) => readonly string[];
}

/** The gateways that are tried. */
export const GATEWAYS: readonly GatewayKind[] = [
  {
    name: 'nginx',
    whole: (recipe, folder) =>
      [
        'daemon off;',
        `pid ${folder}/nginx.pid;`,
        `error_log ${folder}/error.log;`,
        'events {}',
        'http {',
        'access_log off;',
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (kind) => `${kind}_temp_path ${folder}/${kind};`,
        ),
        recipe,
        '}',
      ].join('\n'),
    args: (file, folder) => ['-c', file, '-p', folder, '-e', join(folder, 'error.log')],
  },
  {
    name: 'haproxy',
    whole: (recipe) => recipe,
    args: (file) => ['-f', file],
  },
  {
    name: 'caddy',
    whole: (recipe) => `{\n\tadmin off\n\tauto_https off\n}\n${recipe}`,
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
];

/** The file of a program, or null where it is not installed. */
export function findProgram(name: string): string | null {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), ...MORE_PLACES];
  return places.map((place) => join(place, name)).find(isExecutable) ?? null;
}

/** A gateway that runs in front of two Drovers. */
export class RunningGateway implements AsyncDisposable {
  private readonly folder = mkdtempSync(join(tmpdir(), 'drover-gateway-'));
  private child: ChildProcess | null = null;
  private output = '';

  private constructor(readonly port: number) {}

  /** Starts a gateway with the recipe from the documents, its addresses replaced. */
  static async start(
    kind: GatewayKind,
    program: string,
    drovers: readonly [URL, URL],
  ): Promise<RunningGateway> {
    const gateway = new RunningGateway(await freePort());
    const recipe = addressed(recipeOf(kind.name), gateway.port, drovers);
    const file = join(gateway.folder, 'gateway.conf');
    writeFileSync(file, kind.whole(recipe, gateway.folder));
    await gateway.run(program, kind.args(file, gateway.folder));
    return gateway;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      // Asked to stop, it would wait for the requests that a failed test has left open.
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(program: string, args: readonly string[]): Promise<void> {
    const home = { HOME: this.folder, XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder };
    const child = spawn(program, args, {
      env: { ...process.env, ...home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    while (!(await accepts(this.port))) {
      if (child.exitCode !== null) throw new Error(`${program} has ended:\n${this.output}`);
    }
  }
}

/** The recipe's block in the documents. */
function recipeOf(language: string): string {
  const match = new RegExp(`\n\`\`\`${language}\n([^]*?)\n\`\`\`\n`).exec(PAGE);
  if (!match) throw new Error(`docs/gateways.md has no block \`\`\`${language}`);
  return `${match[1]!}\n`;
}

/** Replaces the addresses of the recipe, each of which has to be there. */
function addressed(recipe: string, port: number, [one, two]: readonly [URL, URL]): string {
  const replacements = [
    [/(listen |bind :|http:\/\/:)80\b/, `$1${port}`],
    ['10.0.0.11:8080', one.host],
    ['10.0.0.12:8080', two.host],
  ] as const;
  let text = recipe;
  for (const [from, to] of replacements) {
    const replaced = text.replace(from, to);
    if (replaced === text) throw new Error(`there is no ${String(from)} in the recipe`);
    text = replaced;
  }
  return text;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  if (!connected) await new Promise((resolve) => setTimeout(resolve, 50));
  return connected;
}
