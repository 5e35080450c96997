import { randomUUID } from 'node:crypto';
import { Logger, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Clock } from '#lib/foundation';
import {
  ChildGuard,
  GuardedChild,
  GuardedCommand,
  WrappedCommand,
} from './child-guard.interface.js';
import { findMeans, GuardMeans, MeansWorld } from './guard-rung.js';
import { GroupWatch } from './group-watch.interface.js';
import { JobObject } from './job-object.js';
import { OrphanGuardReport } from './orphan-guard.report.js';
import { OrphanSweep, SweptOrphan } from './orphan-sweep.js';
import { ChildRecord, OrphanStore } from './orphan.store.js';
import { INSTANCE_VARIABLE, ProcessTable } from './process-table.interface.js';
import { RuntimeDirectory } from './runtime-directory.js';

const SWEEP_LIMIT_MS = 2000;
const SWEEP_POLL_MS = 20;

/** What an {@link OrphanGuard} works with. */
export interface OrphanGuardTools {
  readonly clock: Clock;
  readonly table: ProcessTable;
  readonly folder: RuntimeDirectory;
  readonly machine: MeansWorld;
  readonly job: JobObject;
  readonly makeWatchdog: (guardId: string) => GroupWatch;
  /** Sends SIGKILL to a process, or with a negative number to a group; false when it is gone. */
  readonly kill: (pid: number) => boolean;
}

/**
 * The means against orphans, chosen once: see `docs/orphans.md`. On Linux and macOS they add up: the
 * kernel's own (systemd, namespace, parent-death signal) where there is one, the helper always, and
 * a file for the next start in case both were killed together with Drover.
 */
export class OrphanGuard implements ChildGuard, OnModuleInit, OnApplicationShutdown {
  private readonly id = randomUUID();
  private readonly log = new Logger('orphan-guard');
  private readonly children = new Map<number, ChildRecord>();
  private readonly watchdog: GroupWatch;
  private means: GuardMeans = { rung: 'none', launcher: [], namespace: [] };
  private watching = false;
  private store: OrphanStore | null = null;
  private swept: readonly SweptOrphan[] = [];
  private chosen: Promise<void> | null = null;
  private cleared: Promise<void> | null = null;

  constructor(private readonly tools: OrphanGuardTools) {
    this.watchdog = tools.makeWatchdog(this.id);
  }

  async onModuleInit(): Promise<void> {
    await this.choose();
  }

  onApplicationShutdown(): void {
    this.watchdog.close();
    this.store?.remove(this.id);
    this.store = null;
  }

  async prepare(): Promise<void> {
    await this.choose();
    this.cleared ??= this.awaitSwept();
    await this.cleared;
  }

  /** What was chosen. */
  report(): OrphanGuardReport {
    return {
      rung: this.means.rung,
      watchdog: this.watching,
      stateFile: this.store?.pathOf(this.id) ?? null,
      swept: this.swept.length,
    };
  }

  wrap({ file, argv, idLeavesDrover }: GuardedCommand): WrappedCommand {
    const { launcher, namespace } = this.means;
    // Where a program of the user is to find the child by its id, the id has to be the outer one,
    // and what it starts (a container, say) has to live in Drover's namespace.
    const prefix = [...launcher, ...(idLeavesDrover ? [] : namespace)];
    const [first] = prefix;
    if (first === undefined) return { file, argv };
    return { file: first, argv: [...prefix, file, ...argv.slice(1)] };
  }

  marks(instance: number): readonly string[] {
    return [`${INSTANCE_VARIABLE}=${this.id}/${instance}/`];
  }

  adopt({ pid, model }: GuardedChild): void {
    if (this.watching) this.watchdog.watch(pid);
    this.children.set(pid, { pid, model, startTime: this.tools.table.startTime(pid) });
    this.keep();
  }

  release(pid: number): void {
    if (!this.children.delete(pid)) return;
    if (this.watching) this.watchdog.forget(pid);
    this.keep();
  }

  killStragglers(instance: number): number {
    const marked = this.tools.table.marked(`${this.id}/${instance}/`);
    return marked.filter((pid) => this.tools.kill(pid)).length;
  }

  /**
   * Kills every child, its process group and whatever carries the mark of this Drover, at once and
   * without waiting: the last resort when a shutdown has to be cut short.
   */
  killAll(): void {
    const { kill, table } = this.tools;
    for (const pid of this.children.keys()) {
      kill(-pid);
      kill(pid);
    }
    for (const pid of table.marked(`${this.id}/`)) kill(pid);
  }

  private choose(): Promise<void> {
    this.chosen ??= this.tools.machine.platform === 'win32' ? this.useJob() : this.useLadder();
    return this.chosen;
  }

  private async useJob(): Promise<void> {
    const problem = await this.tools.job.protect();
    this.means = { rung: problem === null ? 'job-object' : 'none', launcher: [], namespace: [] };
    if (problem === null) this.log.log('children are guarded by a job object');
    else this.log.warn(`children may outlive a crash of Drover: ${problem}`);
  }

  private async useLadder(): Promise<void> {
    const [means, watching] = await Promise.all([
      findMeans(this.tools.machine),
      this.watchdog.start(),
    ]);
    this.watching = watching;
    const fallen = means.rung === 'watchdog' && !watching;
    this.means = fallen ? { ...means, rung: 'none' } : means;
    this.openStore();
    this.sweep();
    if (fallen) this.log.warn('children may outlive a crash of Drover: there is no /bin/sh');
    else
      this.log.log(
        `children are guarded by ${means.rung}, ${watching ? 'with' : 'without'} a watchdog`,
      );
  }

  private openStore(): void {
    const folder = this.tools.folder.ensure();
    if (folder !== null) this.store = new OrphanStore(folder);
    else this.log.warn(`cannot keep ${this.tools.folder.path}: leftovers of a crash stay unknown`);
  }

  private sweep(): void {
    const { table, kill } = this.tools;
    if (!this.store) return;
    this.swept = new OrphanSweep({ store: this.store, table, kill }).run();
    if (this.swept.length === 0) return;
    const names = this.swept.map(({ pid, model }) => `${model ?? 'a descendant'} (${pid})`);
    this.log.warn(`killed what an earlier run had left over: ${names.join(', ')}`);
  }

  /** What was killed may hold its port for a moment; a first start waits, the listener does not. */
  private async awaitSwept(): Promise<void> {
    const { table, clock } = this.tools;
    const limitMs = clock.nowMs() + SWEEP_LIMIT_MS;
    while (this.swept.some(({ pid }) => table.startTime(pid)) && clock.nowMs() < limitMs) {
      await new Promise<void>((resolve) => clock.after(SWEEP_POLL_MS, resolve));
    }
  }

  /** Brings the file up to date, synchronously: Drover may be killed in the next instant. */
  private keep(): void {
    const bootId = this.tools.table.bootId();
    if (!this.store || bootId === null) return;
    const { pid } = this.tools.machine;
    const owner = { pid, startTime: this.tools.table.startTime(pid) };
    const children = [...this.children.values()];
    try {
      this.store.write({ guardId: this.id, bootId, owner, children });
    } catch (error) {
      this.log.warn(`cannot write ${this.store.pathOf(this.id)}: ${String(error)}`);
    }
  }
}
