import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  OnModuleInit,
  Optional,
} from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ConfigStore, DroverConfig } from '#lib/config';
import { CLOCK, type Clock, type DroverEventEmitter } from '#lib/foundation';
import { Plan, WaitReason } from '#lib/plugin-api';
import { PluginRegistry } from '#lib/plugin-host';
import { MEMORY_SOURCE, type MemorySource } from './memory-source.interface.js';
import { ModelResolver, ResolvedModel } from './model-resolver.js';
import { Preloader } from './preloader.js';
import { ROUTED_PROCESSES, type RoutedProcesses } from './routed-process.interface.js';
import { swapEvents } from './router-events.js';
import { RouterObserver } from './router-observer.interface.js';
import { RouterSettings } from './router-settings.interface.js';
import { routerSettings } from './router-settings.js';
import { RouterCore } from './router.core.js';
import { AcquireRequest, Lease, Reconfiguration, RouterSnapshot } from './router.interface.js';

/** Budget of a shutdown for which nobody has said how long, milliseconds. */
const SHUTDOWN_MS = 30_000;

/** A new configuration that the planner has accepted, ready for {@link RouterService.apply}. */
export interface PreparedRouting {
  readonly settings: RouterSettings;
  readonly resolver: ModelResolver;
  /** Key paths of what has changed but takes effect at the next start of Drover. */
  readonly needsRestart: readonly string[];
}

/**
 * The router as the rest of Drover sees it: names, leases, loads, unloads, reload and shutdown.
 * Planner and scheduler are the plugins that `routing.router.use` and `routing.scheduler.use` name.
 */
@Injectable()
export class RouterService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger('router');
  private readonly preloader: Preloader;
  private running: RouterCore | null = null;
  private resolver: ModelResolver;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly plugins: PluginRegistry,
    @Inject(ROUTED_PROCESSES) private readonly processes: RoutedProcesses,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
    @Optional() @Inject(MEMORY_SOURCE) private readonly memory: MemorySource | null = null,
  ) {
    this.resolver = new ModelResolver(config.current);
    this.preloader = new Preloader({
      load: (model, signal) => this.load(model, signal),
      done: (model, error) => this.preloaded(model, error),
    });
  }

  /**
   * Builds the router from the configuration in force.
   *
   * @throws DroverError `PLUGIN_UNKNOWN` that lists the names there are; PluginConfigError when a
   * plugin refuses its settings.
   */
  onModuleInit(): void {
    const { routing } = this.config.current;
    const { settings } = this.prepare(this.config.current);
    this.running = new RouterCore(settings, {
      clock: this.clock,
      processes: this.processes,
      scheduler: this.plugins.get('scheduler', routing.scheduler.use),
      fallbackScheduler: this.plugins.all('scheduler').get('fair') ?? null,
      log: this.log,
      memory: this.memory,
    });
    this.running.observe(swapEvents(this.events, this.clock));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.shutdown(SHUTDOWN_MS);
  }

  /** The local model or peer that a requested name means, or null. */
  resolve(name: string): ResolvedModel | null {
    return this.resolver.resolve(name);
  }

  /** See {@link RouterCore.acquire}. */
  acquire(request: AcquireRequest): Lease | Promise<Lease> {
    return this.core.acquire(request);
  }

  /**
   * Where a model answers if it is ready now; null otherwise. For what may neither load a model nor
   * count as its use.
   */
  upstreamIfReady(model: string): URL | null {
    return this.core.upstreamIfReady(model);
  }

  /** Makes a model ready as a request for it would; rejects as {@link acquire} does. */
  async load(model: string, signal: AbortSignal): Promise<void> {
    const lease = await this.core.acquire({ model, signal });
    lease.release();
  }

  /** See {@link RouterCore.unload}. */
  unload(models: readonly string[] | null, graceMs?: number): Promise<void> {
    return this.core.unload(models, graceMs);
  }

  /**
   * Loads local models one after the other in the background and announces each; names that mean no
   * local model are left out. Resolves when all have had their turn.
   */
  preload(names: readonly string[]): Promise<void> {
    const models = names.map((name) => this.resolver.local(name)).filter((id) => id !== null);
    return this.preloader.preload(models);
  }

  /**
   * Checks a configuration that is to be put in force, without changing anything.
   *
   * @throws DroverError `PLUGIN_UNKNOWN`, PluginConfigError
   */
  prepare(config: DroverConfig): PreparedRouting {
    const resolver = new ModelResolver(config);
    const { planner, scheduler } = config.routing;
    this.plugins.get('scheduler', scheduler.use);
    const settings = routerSettings(config, this.plugins.get('planner', planner.use), resolver);
    const used = this.config.current.routing.scheduler.use;
    const needsRestart = scheduler.use === used ? [] : ['routing.scheduler.use'];
    return { settings, resolver, needsRestart };
  }

  /**
   * Puts a prepared configuration in force in one synchronous stretch. Resolves when changed and
   * removed models have ended.
   */
  apply(prepared: PreparedRouting, what: Reconfiguration): Promise<void> {
    this.resolver = prepared.resolver;
    return this.core.reconfigure(prepared.settings, what);
  }

  /** From now on nothing is loaded any more; requests for ready models are served. */
  drain(): void {
    this.preloader.end();
    this.core.drain();
  }

  /** Ends preloading, refuses who waits, stops every process within the budget. */
  async shutdown(budgetMs: number): Promise<void> {
    this.preloader.end();
    await this.running?.shutdown(budgetMs);
  }

  /** Adds an observer; returns the cancellation. */
  observe(observer: RouterObserver): () => void {
    return this.core.observe(observer);
  }

  /** See {@link RouterCore.whatIf}. */
  whatIf(target: string, resident: readonly string[] | null): Plan {
    return this.core.whatIf(target, resident);
  }

  /** Whether the planner lets all these models be resident at once. */
  canRunTogether(models: readonly string[]): boolean {
    return this.core.canRunTogether(models);
  }

  /** Serves who waits for a model before others; false when nobody does, or the scheduler cannot. */
  prefer(model: string): boolean {
    return this.core.prefer(model);
  }

  /** Why the queued requests of a model wait; null when the scheduler does not say. */
  waitReason(model: string): WaitReason | null {
    return this.core.snapshot().scheduler.waitReasons?.get(model) ?? null;
  }

  /** How long a load of this model takes, milliseconds; null until one has been measured. */
  expectedLoadMs(model: string): number | null {
    return this.processes.times(model).loadMs;
  }

  snapshot(): RouterSnapshot {
    return this.core.snapshot();
  }

  private get core(): RouterCore {
    if (!this.running) throw new Error('the router has not been initialised yet');
    return this.running;
  }

  private preloaded(model: string, error: Error | null): void {
    if (error) this.log.warn(`[${model}] preload failed: ${error.message}`);
    else this.log.log(`[${model}] preloaded`);
    const success = error === null;
    const text = error?.message ?? null;
    this.events.emit('model.preloaded', { model, success, error: text, atMs: this.clock.wallMs() });
  }
}
