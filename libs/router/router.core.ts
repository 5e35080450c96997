import { inspect } from 'node:util';
import { Clock, DroverError } from '#lib/foundation';
import {
  compareIds,
  Plan,
  Planner,
  RequestScheduler,
  SchedulerConfig,
  SchedulerPlugin,
} from '#lib/plugin-api';
import { EventLoop } from './event-loop.js';
import { GuardedPlanner } from './guarded.planner.js';
import { IdleReaper } from './idle.reaper.js';
import { MemorySource } from './memory-source.interface.js';
import { ModelLedger } from './model-ledger.js';
import { ObserverList } from './observer-list.js';
import { PlanQuestions } from './plan-questions.js';
import { ProcessRoster } from './process.roster.js';
import { RequestDesk } from './request.desk.js';
import { Retirement } from './retirement.js';
import { ProcessChange, ProcessStop, RoutedProcesses } from './routed-process.interface.js';
import { clientLeft, shuttingDown } from './router-errors.js';
import { RouterLog, RouterObserver } from './router-observer.interface.js';
import { RoutedModel, RouterSettings } from './router-settings.interface.js';
import { AcquireRequest, Lease, Reconfiguration, RouterSnapshot } from './router.interface.js';
import { modelSnapshots } from './model-snapshots.js';
import { SchedulerHost } from './scheduler.host.js';
import { SchedulerSeat } from './scheduler.seat.js';
import { SwapExecutor } from './swap.executor.js';
import { UnloadDesk } from './unload.desk.js';
import { WaitingRequest } from './waiting-request.js';

/** What a {@link RouterCore} works with. */
export interface RouterTools {
  readonly clock: Clock;
  readonly processes: RoutedProcesses;
  readonly scheduler: SchedulerPlugin;
  /** Takes over from a scheduler that was cut off; null or absent: nobody does. */
  readonly fallbackScheduler?: SchedulerPlugin | null;
  readonly log: RouterLog;
  /** Null when nothing measures memory. */
  readonly memory?: MemorySource | null;
}

/** Grace of a stop for a model that is not configured any more, milliseconds. */
const DEFAULT_GRACE_MS = 10_000;

/**
 * The router without Nest: one event loop that owns queue, leases and counts. Requests, ends of
 * service, process changes, unloads, reloads and the shutdown are its events; each is handled to the
 * end before the next. Stops and loads run outside of it.
 */
export class RouterCore {
  private readonly observers: ObserverList;
  private readonly loop: EventLoop;
  private readonly ledger = new ModelLedger();
  private readonly roster: ProcessRoster;
  private readonly desk: RequestDesk;
  private readonly questions: PlanQuestions;
  private readonly executor: SwapExecutor;
  private readonly unloads: UnloadDesk;
  private readonly idle: IdleReaper;
  private readonly retirement: Retirement;
  private readonly host: SchedulerHost;
  private readonly scheduler: RequestScheduler;
  private planner: Planner;
  private phase: RouterSnapshot['phase'] = 'open';
  private ending: Promise<void> | null = null;

  constructor(
    private settings: RouterSettings,
    private readonly tools: RouterTools,
  ) {
    const { clock, log } = tools;
    this.observers = new ObserverList(log);
    this.planner = new GuardedPlanner(settings.planner, tools);
    this.loop = new EventLoop((error) => log.error(`router: ${inspect(error)}`));
    this.roster = new ProcessRoster(tools.processes, {
      log,
      changed: (change) => this.processChanged(change),
      stopping: (model, { reason }) => this.observers.stopping({ model, reason }),
    });
    const { loop, roster, ledger } = this;
    this.desk = new RequestDesk({
      clock,
      ledger,
      released: (request, servedMs) => loop.dispatch(() => this.served(request, servedMs)),
      failed: (request, { code }) => this.observers.failed({ model: request.model, code }),
    });
    const memory = tools.memory ?? null;
    this.questions = new PlanQuestions({ roster, ledger, memory, model: this.model });
    this.executor = this.makeExecutor();
    this.unloads = new UnloadDesk(loop, () => this.scheduler);
    this.idle = new IdleReaper({ clock, loop, roster, ledger, model: this.model });
    this.retirement = new Retirement({ clock, loop, roster, ledger });
    this.host = this.makeHost();
    this.scheduler = this.makeSeat();
    for (const model of roster.resident()) {
      ledger.becameReady(model, clock.nowMs());
      this.idle.watch(model);
    }
  }

  /**
   * Asks for a model. When it is ready and may be used the lease comes back at once, so that the
   * forward can begin in the same stretch; else a promise of it.
   *
   * The promise is rejected with a DroverError: MODEL_NOT_FOUND, CONCURRENCY_LIMIT, CANCELLED (the
   * client left), MODEL_UNLOADED, MODEL_NOT_READY, SHUTTING_DOWN or the failure of the start.
   */
  acquire(asked: AcquireRequest): Lease | Promise<Lease> {
    if (asked.signal.aborted) return Promise.reject(clientLeft(asked.model));
    const request = this.desk.open(asked);
    this.loop.dispatch(() => this.arrive(request));
    return request.result();
  }

  /** Where a model answers if it is ready now; nothing is counted, started or kept. */
  upstreamIfReady(model: string): URL | null {
    return this.roster.state(model) === 'ready' ? (this.roster.get(model)?.upstream ?? null) : null;
  }

  /**
   * Stops models: who waits for one of them fails first, requests in flight are not waited for.
   *
   * @param models Null for all. Unknown ones are left out.
   * @param graceMs Grace for all; without it each model's own.
   */
  unload(models: readonly string[] | null, graceMs?: number): Promise<void> {
    const known = [...new Set(models ?? this.tools.processes.ids())].filter((id) =>
      this.roster.get(id),
    );
    return this.loop.perform(() => this.unloads.unload(known, () => this.stopAll(known, graceMs)));
  }

  /** New settings apply at once; resolves when changed and removed models have ended. */
  reconfigure(settings: RouterSettings, what: Reconfiguration): Promise<void> {
    return this.loop.perform(async () => {
      if (this.phase === 'down') throw shuttingDown();
      this.settings = settings;
      this.planner = new GuardedPlanner(settings.planner, this.tools);
      if (what.removed.length > 0) void this.unloads.unload(what.removed, () => Promise.resolve());
      const gone = this.retirement.reconfigure(what, (model) => this.graceMs(model));
      this.scheduler.reconfigure(this.schedulerConfig());
      this.idle.end();
      for (const model of settings.models.keys()) this.idle.watch(model);
      await gone;
    });
  }

  /** From now on nothing is loaded any more; requests for ready models are served. */
  drain(): void {
    this.loop.dispatch(() => {
      if (this.phase !== 'open') return;
      this.phase = 'draining';
      this.executor.close();
    });
  }

  /**
   * Refuses everybody who waits, then stops all processes in parallel. Resolves when they are gone;
   * a second call shares the first.
   *
   * @param budgetMs Grace of the stops, milliseconds; at least 1.
   */
  shutdown(budgetMs: number): Promise<void> {
    this.ending ??= this.loop.perform(async () => {
      this.phase = 'down';
      this.executor.close();
      this.idle.end();
      this.retirement.end();
      this.unloads.close();
      this.scheduler.shutdown();
      this.host.end();
      for (const { id } of this.desk.list()) this.desk.fail(id, shuttingDown());
      const stop: ProcessStop = { graceMs: Math.max(1, budgetMs), reason: 'shutdown' };
      const stops = this.roster.resident().map((model) => this.roster.stopLogged(model, stop));
      await Promise.all(stops);
      this.roster.close();
    });
    return this.ending;
  }

  /** Adds an observer; returns the cancellation. */
  observe(observer: RouterObserver): () => void {
    return this.observers.add(observer);
  }

  /** What would be evicted for a model, without doing it; null: beside what is running now. */
  whatIf(target: string, resident: readonly string[] | null): Plan {
    const models = resident ?? this.roster.resident();
    return this.host.plan(target, [...new Set(models)].toSorted(compareIds));
  }

  /** Whether the planner lets all these models be resident at once. */
  canRunTogether(models: readonly string[]): boolean {
    return this.planner.canRunTogether(models);
  }

  /** See {@link RequestScheduler.prefer}. */
  prefer(model: string): boolean {
    return this.loop.ask(() => this.scheduler.prefer?.(model) ?? false, false);
  }

  snapshot(): RouterSnapshot {
    const { phase, roster, ledger } = this;
    const models = modelSnapshots([...this.settings.models.keys()], { roster, ledger });
    return { phase, models, scheduler: this.scheduler.snapshot() };
  }

  private arrive(request: WaitingRequest): void {
    this.desk.admit(request);
    if (this.phase === 'down') return void this.desk.fail(request.id, shuttingDown());
    try {
      this.scheduler.request(request);
    } catch (error) {
      const text = 'the scheduler failed; the log has the details';
      this.desk.fail(request.id, new DroverError('INTERNAL', text, { cause: error }));
      throw error;
    }
    this.desk.park(request);
    if (!request.settled) request.watch(() => this.loop.dispatch(() => this.leave(request)));
  }

  private leave(request: WaitingRequest): void {
    if (this.desk.fail(request.id, clientLeft(request.model))) this.scheduler.cancel(request.id);
  }

  private served(request: { id: number; model: string; arrivedMs: number }, tookMs: number): void {
    const { model } = request;
    this.ledger.released(model, { nowMs: this.tools.clock.nowMs(), servedMs: tookMs });
    this.observers.released({ model, servedMs: tookMs });
    this.scheduler.serveDone(request);
    if (this.ledger.of(model).inFlight > 0 || this.phase === 'down') return;
    this.retirement.idle(model);
    this.idle.watch(model);
  }

  private processChanged({ model, from, to }: ProcessChange): void {
    if (to === 'ready') this.ledger.becameReady(model, this.tools.clock.nowMs());
    this.loop.dispatch(() => {
      if (this.phase === 'down') return;
      if (to !== 'ready') this.idle.forget(model);
      this.scheduler.processChanged(model, from, to);
      this.idle.watch(model);
    });
  }

  private readonly model = (id: string): RoutedModel | undefined => this.settings.models.get(id);

  private graceMs(model: string): number {
    return this.model(model)?.unloadTimeoutMs ?? DEFAULT_GRACE_MS;
  }

  private stopAll(models: readonly string[], graceMs = 0): Promise<void> {
    return this.roster.stopAll(models, (model) => {
      return { graceMs: graceMs > 0 ? graceMs : this.graceMs(model), reason: 'unload' };
    });
  }

  private schedulerConfig(): SchedulerConfig {
    return { models: this.settings.models, settings: this.settings.schedulerSettings };
  }

  private makeExecutor(): SwapExecutor {
    return new SwapExecutor({
      clock: this.tools.clock,
      loop: this.loop,
      roster: this.roster,
      observe: this.observers,
      graceMs: (model) => this.graceMs(model),
      memory: this.tools.memory ?? null,
      need: (model) => this.questions.need(model),
      leaving: (model) => this.phase === 'down' || this.unloads.covers(model),
      ended: ({ id }, outcome) => {
        if (this.phase !== 'down') this.scheduler.swapDone(id, outcome);
      },
    });
  }

  private makeSeat(): SchedulerSeat {
    const { host, desk, ledger, executor, unloads } = this;
    const { scheduler: plugin, fallbackScheduler: fallback = null, log } = this.tools;
    const config = (): SchedulerConfig => this.schedulerConfig();
    const parts = { host, desk, ledger, executor, unloads, log };
    return new SchedulerSeat({ plugin, fallback, config, ...parts });
  }

  private makeHost(): SchedulerHost {
    const { loop, roster, desk, executor, model, questions } = this;
    const parts = { loop, roster, desk, executor, model, questions };
    return new SchedulerHost({
      ...parts,
      clock: this.tools.clock,
      planner: () => this.planner,
      resumeUnload: () => this.unloads.resume(),
      observe: this.observers,
    });
  }
}
