import { compareIds, isResident, ModelState } from '#lib/plugin-api';
import {
  ProcessChange,
  ProcessStop,
  ProcessTimes,
  RoutedProcess,
  RoutedProcesses,
} from './routed-process.interface.js';
import { RouterLog } from './router-observer.interface.js';

/** What the roster tells the router. */
export interface RosterTools {
  readonly log: RouterLog;
  /** Called synchronously with every transition. */
  readonly changed: (change: ProcessChange) => void;
  /** Called when the router has asked a process to stop. */
  readonly stopping: (model: string, stop: ProcessStop) => void;
}

/**
 * The router's view of the processes: which are resident, and which are held back because a reload
 * waits for their requests, or for those of others, to end. A model held back counts as stopping while it is still ready.
 */
export class ProcessRoster {
  private readonly live = new Set<string>();
  private readonly held = new Map<string, PromiseWithResolvers<void>>();
  private readonly blocked = new Map<string, Promise<void>>();
  private sorted: readonly string[] | null = null;
  private readonly stopListening: () => void;

  constructor(
    private readonly processes: RoutedProcesses,
    private readonly tools: RosterTools,
  ) {
    for (const id of processes.ids()) {
      if (isResident(this.get(id)?.state ?? 'stopped')) this.live.add(id);
    }
    this.stopListening = processes.onState((change) => this.changed(change));
  }

  get(model: string): RoutedProcess | undefined {
    return this.processes.get(model);
  }

  times(model: string): ProcessTimes {
    return this.processes.times(model);
  }

  /** State as the decisions see it; `stopped` for a model without process. */
  state(model: string): ModelState {
    const state = this.get(model)?.state ?? 'stopped';
    return state === 'ready' && this.held.has(model) ? 'stopping' : state;
  }

  /** Models that hold memory, in byte order of ids. */
  resident(): readonly string[] {
    this.sorted ??= [...this.live].toSorted(compareIds);
    return this.sorted;
  }

  /** Stops a process; resolves at once when there is none. */
  stop(model: string, stop: ProcessStop): Promise<void> {
    const process = this.get(model);
    if (!process || !isResident(process.state)) return Promise.resolve();
    const isUnderWay = process.state === 'stopping';
    const stopped = process.stop(stop);
    if (!isUnderWay) this.tools.stopping(model, stop);
    return stopped;
  }

  /** As {@link stop}; a failure is logged and otherwise taken for the end of the process. */
  async stopLogged(model: string, stop: ProcessStop): Promise<void> {
    try {
      await this.stop(model, stop);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.tools.log.error(`[${model}] cannot be stopped (${stop.reason}): ${text}`);
    }
  }

  /** Stops several at once and waits for all. @throws Error the first failure among them. */
  async stopAll(models: readonly string[], how: (model: string) => ProcessStop): Promise<void> {
    const stops = models.map((model) => this.stop(model, how(model)));
    const outcomes = await Promise.allSettled(stops);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** From now on the model is not granted and not loaded, until {@link letGo}. */
  hold(model: string): void {
    if (!this.held.has(model)) this.held.set(model, Promise.withResolvers<void>());
  }

  letGo(model: string): void {
    const held = this.held.get(model);
    this.held.delete(model);
    held?.resolve();
  }

  /** The model is not loaded before `ends` resolves: what it needs is still in other hands. */
  block(model: string, ends: Promise<unknown>): void {
    const before = this.blocked.get(model);
    const free: Promise<void> = Promise.all([before ?? Promise.resolve(), ends]).then(() => {
      if (this.blocked.get(model) === free) this.blocked.delete(model);
      return undefined;
    });
    this.blocked.set(model, free);
  }

  /** Resolves when the model may be loaded; undefined when nothing is in its way. */
  heldBack(model: string): Promise<void> | undefined {
    return this.held.get(model)?.promise ?? this.blocked.get(model);
  }

  /** Ends the subscription. */
  close(): void {
    this.stopListening();
    for (const model of this.held.keys()) this.letGo(model);
  }

  private changed(change: ProcessChange): void {
    const resident = isResident(change.to);
    if (resident !== this.live.has(change.model)) {
      if (resident) this.live.add(change.model);
      else this.live.delete(change.model);
      this.sorted = null;
    }
    this.tools.changed(change);
  }
}
