import { Inject } from '@nestjs/common';
import { CLOCK, type Clock } from '#lib/foundation';
import { ProcessRuntime, RuntimeInstance, RuntimePlugin, RuntimeStart } from '#lib/plugin-api';
import { CHILD_GUARD, type ChildGuard } from '../orphans/child-guard.interface.js';
import { startFailed } from '../process-errors.js';
import { findExecutable } from './executable.js';
import { LocalServer } from './local-server.js';
import { PORT_CHECK, type PortCheck } from './port-check.js';
import { PROCESS_SPAWNER, type ProcessSpawner, SpawnCommand } from './process-spawner.interface.js';
import { PROCESS_TREE, type ProcessTree } from './process-tree.interface.js';
import { StopCommand } from './stop-command.js';

type Environment = Record<string, string | undefined>;

/**
 * Model servers as child processes of Drover: started without a shell, in a process group of their
 * own, with Drover's working directory and environment plus the model's.
 */
@ProcessRuntime('local')
export class LocalRuntime implements RuntimePlugin {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    @Inject(PROCESS_SPAWNER) private readonly spawner: ProcessSpawner,
    @Inject(PROCESS_TREE) private readonly tree: ProcessTree,
    @Inject(CHILD_GUARD) private readonly guard: ChildGuard,
    @Inject(PORT_CHECK) private readonly ports: PortCheck,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async start(start: RuntimeStart, signal: AbortSignal): Promise<RuntimeInstance> {
    const env = environment([...start.env, ...this.guard.marks(start.instance)]);
    // Before the port is looked at: what a crash left behind may be about to give it up.
    await this.guard.prepare();
    const [file] = await Promise.all([this.program(start), this.requireFreePort(start)]);
    signal.throwIfAborted();
    const idLeavesDrover = start.stopCommand !== null;
    const command = this.guard.wrap({ file, argv: start.argv, idLeavesDrover });
    return this.launch(start, { ...command, env, onOutput: start.onOutput });
  }

  private async launch(start: RuntimeStart, command: SpawnCommand): Promise<RuntimeInstance> {
    const child = await this.spawner.spawn(command).catch((error: Error) => {
      throw startFailed(
        start.model,
        `failed to start command: ${error.message}`,
        start.argv.join(' '),
      );
    });
    this.guard.adopt({ pid: child.pid, model: start.model });
    return new LocalServer(child, {
      address: start.proxy,
      tree: this.tree,
      clock: this.clock,
      stopCommand: this.stopCommand(start, command.env, child.pid),
      killStragglers: () => this.guard.killStragglers(start.instance),
      onEnd: () => this.guard.release(child.pid),
    });
  }

  private stopCommand(start: RuntimeStart, env: Environment, pid: number): StopCommand | null {
    if (!start.stopCommand) return null;
    const argv = start.stopCommand.map((word) => word.replaceAll('${PID}', String(pid)));
    const { spawner, tree, clock, guard } = this;
    return new StopCommand(
      { file: argv[0]!, argv, env, onOutput: null },
      {
        spawner,
        tree,
        clock,
        started: (id) => guard.adopt({ pid: id, model: start.model }),
        ended: (id) => guard.release(id),
      },
    );
  }

  private async program({ model, argv }: RuntimeStart): Promise<string> {
    const name = argv[0]!;
    if (process.platform === 'win32') return name;
    const found = await findExecutable(name, process.env['PATH'] ?? '');
    if ('path' in found) return found.path;
    throw startFailed(model, `failed to start command: ${found.problem}: ${name}`, argv.join(' '));
  }

  private async requireFreePort({ model, proxy, argv, env }: RuntimeStart): Promise<void> {
    const port = await this.ports.takenPort(proxy, [...argv, ...env]);
    if (port === null) return;
    const help = 'end what listens there, or change the port (startPort moves all ${PORT})';
    const reason = `port ${port} is already in use: ${help}`;
    throw startFailed(model, reason, argv.join(' '));
  }
}

/** Drover's own environment plus `NAME=value` items, of which a later one wins. */
function environment(items: readonly string[]): Environment {
  const env: Environment = { ...process.env };
  for (const item of items) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(item) ?? [];
    if (name !== undefined) env[name] = value;
  }
  return env;
}
