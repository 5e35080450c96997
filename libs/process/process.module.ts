import { DynamicModule, Module, ModuleMetadata, Provider } from '@nestjs/common';
import { CLOCK, Clock } from '#lib/foundation';
import { HttpReadinessProbe } from './http-readiness.probe.js';
import { LocalRuntime } from './local/local.runtime.js';
import { NodeProcessSpawner } from './local/node-process.spawner.js';
import { ListenPortCheck, PORT_CHECK } from './local/port-check.js';
import { PosixProcessTree } from './local/posix-process.tree.js';
import { PROCESS_SPAWNER, ProcessSpawner } from './local/process-spawner.interface.js';
import { PROCESS_TREE, ProcessTree } from './local/process-tree.interface.js';
import { WindowsProcessTree } from './local/windows-process.tree.js';
import { CHILD_GUARD } from './orphans/child-guard.interface.js';
import { thisMachine } from './orphans/guard-rung.js';
import { JobObject } from './orphans/job-object.js';
import { loadKernel32 } from './orphans/koffi-kernel32.js';
import { LinuxProcessTable } from './orphans/linux-process.table.js';
import { OrphanGuard } from './orphans/orphan.guard.js';
import { PROCESS_TABLE, ProcessTable } from './orphans/process-table.interface.js';
import { PsProcessTable } from './orphans/ps-process.table.js';
import { RuntimeDirectory } from './orphans/runtime-directory.js';
import { Watchdog } from './orphans/watchdog.js';
import { PROCESS_RUNTIMES } from './process-runtimes.interface.js';
import { ProcessService } from './process.service.js';
import { READINESS_PROBE } from './readiness-probe.interface.js';

/** What {@link ProcessModule} takes from outside. */
export interface ProcessModuleOptions {
  readonly imports?: ModuleMetadata['imports'];
  /** `MODEL_OUTPUT_SINK` at least; `PROCESS_RUNTIMES` where there are more than `local`. */
  readonly providers: Provider[];
}

const local: Provider[] = [
  { provide: RuntimeDirectory, useFactory: () => new RuntimeDirectory() },
  { provide: READINESS_PROBE, useClass: HttpReadinessProbe },
  { provide: PORT_CHECK, useClass: ListenPortCheck },
  { provide: PROCESS_TABLE, useFactory: processTable },
  { provide: CHILD_GUARD, useExisting: OrphanGuard },
  {
    provide: PROCESS_SPAWNER,
    inject: [RuntimeDirectory],
    useFactory: (folder: RuntimeDirectory) => new NodeProcessSpawner(folder),
  },
  { provide: PROCESS_TREE, inject: [PROCESS_TABLE, PROCESS_SPAWNER], useFactory: processTree },
  {
    provide: OrphanGuard,
    inject: [CLOCK, PROCESS_TABLE, RuntimeDirectory],
    useFactory: orphanGuard,
  },
  LocalRuntime,
  {
    provide: PROCESS_RUNTIMES,
    inject: [LocalRuntime],
    useFactory: (runtime: LocalRuntime) => new Map([['local', runtime]]),
  },
];

/** Processes of models: needs a global `CLOCK`, `ConfigStore` and `EventEmitter2`. */
@Module({})
export class ProcessModule {
  /** The module with what it takes from outside; its providers win over the built-in ones. */
  static register({ imports = [], providers }: ProcessModuleOptions): DynamicModule {
    return {
      module: ProcessModule,
      imports,
      providers: [...local, ...providers, ProcessService],
      exports: [ProcessService, OrphanGuard, LocalRuntime],
    };
  }
}

function processTable(): ProcessTable {
  return process.platform === 'linux' ? new LinuxProcessTable() : new PsProcessTable();
}

function processTree(table: ProcessTable, spawner: ProcessSpawner): ProcessTree {
  return process.platform === 'win32'
    ? new WindowsProcessTree(spawner)
    : new PosixProcessTree(table);
}

/** The guard of this very process, with everything it reaches the system by. */
function orphanGuard(clock: Clock, table: ProcessTable, folder: RuntimeDirectory): OrphanGuard {
  return new OrphanGuard({
    clock,
    table,
    folder,
    machine: thisMachine(),
    job: new JobObject(loadKernel32),
    makeWatchdog: (guardId) => new Watchdog(guardId, clock),
    kill: (pid) => {
      try {
        return process.kill(pid, 'SIGKILL');
      } catch {
        return false;
      }
    },
  });
}
