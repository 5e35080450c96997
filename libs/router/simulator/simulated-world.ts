import { compareIds, ModelState } from '#lib/plugin-api';
import { DecayedCount } from '../decayed-count.js';
import { EventLine } from './event-line.js';
import { ProcessObserver, SimulatedProcess } from './simulated-process.js';
import { Trace } from './trace.interface.js';

const DEFAULT_GRACE_MS = 120_000;
const DEFAULT_UNLOAD_TIMEOUT_MS = 10_000;
const IDLE_TICK_MS = 1000;
/** A replay is over when for so long nothing but idle ticks has happened. */
const IDLE_HORIZON_MS = 600_000;

/** What the world asks of the simulation. */
export interface WorldObserver extends ProcessObserver {
  /** Requests that the model's process is serving. */
  serving(model: string): number;
}

/** All simulated processes of a trace, with their graces and idle clocks. */
export class SimulatedWorld {
  /** Grace of an eviction; also the longest load. */
  readonly evictionGraceMs: number;
  private readonly processes = new Map<string, SimulatedProcess>();
  private readonly lastUsed = new Map<string, number>();
  private readonly grants = new Map<string, DecayedCount>();

  constructor(
    private readonly trace: Trace,
    private readonly line: EventLine,
    private readonly observer: WorldObserver,
  ) {
    this.evictionGraceMs = trace.config.healthCheckTimeoutMs ?? DEFAULT_GRACE_MS;
    const own: ProcessObserver = {
      log: (ev, model, reason) => observer.log(ev, model, reason),
      exited: (model, reason) => observer.exited(model, reason),
      changed: (model, from, to) => this.changed(model, from, to),
    };
    for (const model of Object.keys(trace.config.models).toSorted(compareIds)) {
      const world = trace.world[model];
      if (!world) throw new Error(`trace ${trace.id}: world says nothing about model ${model}`);
      const behaviour = { ...world, startTimeoutMs: this.evictionGraceMs };
      this.processes.set(model, new SimulatedProcess(model, behaviour, { line, observer: own }));
    }
  }

  /** Makes the models of `initial` ready. */
  begin(): void {
    for (const model of this.trace.initial?.ready ?? []) this.process(model).beReady();
  }

  models(): string[] {
    return [...this.processes.keys()];
  }

  process(model: string): SimulatedProcess {
    const process = this.processes.get(model);
    if (!process) throw new Error(`trace ${this.trace.id}: there is no model ${model}`);
    return process;
  }

  find(model: string): SimulatedProcess | undefined {
    return this.processes.get(model);
  }

  resident(): string[] {
    return [...this.processes.values()]
      .filter(({ state }) => state !== 'stopped' && state !== 'shutdown')
      .map(({ model }) => model);
  }

  /** When the last request ended or the model became ready; null before either. */
  lastUsedMs(model: string): number | null {
    return this.lastUsed.get(model) ?? null;
  }

  /** Requests granted of late. */
  recentUses(model: string): number {
    return this.grants.get(model)?.at(this.line.nowMs) ?? 0;
  }

  /** A request of the model is granted. */
  granted(model: string): void {
    const count = this.grants.get(model) ?? new DecayedCount();
    this.grants.set(model, count);
    count.add(this.line.nowMs);
  }

  /** A request of the model has ended: its idle clock starts again. */
  used(model: string): void {
    this.lastUsed.set(model, this.line.nowMs);
  }

  unloadTimeoutMs(model: string): number {
    return this.trace.config.models[model]?.unloadTimeoutMs ?? DEFAULT_UNLOAD_TIMEOUT_MS;
  }

  states(): [string, ModelState][] {
    return [...this.processes.values()].map(({ model, state }) => [model, state]);
  }

  private changed(model: string, from: ModelState, to: ModelState): void {
    if (to === 'ready') {
      this.used(model);
      const ttlMs = this.trace.config.models[model]?.ttlMs ?? 0;
      if (ttlMs > 0) this.line.after(IDLE_TICK_MS, 'tick', () => this.tick(model, ttlMs));
    }
    this.observer.changed(model, from, to);
  }

  /** Ends at the first tick that finds the process not ready. */
  private tick(model: string, ttlMs: number): void {
    const process = this.process(model);
    if (process.state !== 'ready') return;
    if (this.line.nowMs - this.line.lastActivityMs > IDLE_HORIZON_MS) return;
    this.line.after(IDLE_TICK_MS, 'tick', () => this.tick(model, ttlMs));
    const idleMs = this.line.nowMs - (this.lastUsed.get(model) ?? 0);
    if (this.observer.serving(model) > 0 || idleMs <= ttlMs) return;
    process.stop({ reason: 'ttl', graceMs: this.unloadTimeoutMs(model) }, () => {});
  }
}
