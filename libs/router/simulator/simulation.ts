import {
  compareIds,
  PlannerPlugin,
  RequestScheduler,
  SchedulerModel,
  SchedulerPlugin,
} from '#lib/plugin-api';
import { EventLine } from './event-line.js';
import { SimulatedEffects } from './simulated-effects.js';
import { SimulatedWorld } from './simulated-world.js';
import { SimulationResult, Trace, TraceInput } from './trace.interface.js';
import { TracedRequest, TraceRecorder } from './trace-recorder.js';

const DEFAULT_CONCURRENCY_LIMIT = 10;
const SHUTDOWN_GRACE_MS = 30_000;

/** What replays a trace. */
export interface SimulationOptions {
  readonly planner: PlannerPlugin;
  readonly scheduler: SchedulerPlugin;
  /** Settings of the planner; default: what the trace configures for its own planner. */
  readonly plannerSettings?: unknown;
  readonly schedulerSettings?: unknown;
  /** Log `queue` and `join` lines, which cost a look at the scheduler after every event. */
  readonly internals?: boolean;
}

/**
 * Replays a trace under a virtual clock with the rules of the format `routing-trace/1`: only waiting
 * takes time, and what is simultaneous happens in a fixed order.
 *
 * @throws Error when the trace contradicts itself or the scheduler breaks its contract.
 */
export function simulate(trace: Trace, options: SimulationOptions): SimulationResult {
  return new Simulation(trace, options).run();
}

class Simulation {
  private readonly line = new EventLine();
  private readonly recorder = new TraceRecorder(this.line);
  private readonly messages: (() => void)[] = [];
  private readonly world: SimulatedWorld;
  private readonly effects: SimulatedEffects;
  private readonly scheduler: RequestScheduler;
  private down = false;

  constructor(
    private readonly trace: Trace,
    private readonly options: SimulationOptions,
  ) {
    this.world = new SimulatedWorld(trace, this.line, {
      log: (ev, model, reason) => this.recorder.log({ ev, model, ...(reason && { reason }) }),
      changed: (model, from, to) => this.post(() => this.scheduler.processChanged(model, from, to)),
      exited: (model, reason) => this.effects.failServed(model, reason),
      serving: (model) => this.effects.serving(model),
    });
    this.effects = new SimulatedEffects({
      trace,
      line: this.line,
      recorder: this.recorder,
      world: this.world,
      plannerPlugin: options.planner,
      plannerSettings: options.plannerSettings ?? plannerSettings(trace),
      post: (event) => this.post(() => event(this.scheduler)),
    });
    this.scheduler = options.scheduler.createScheduler(
      { models: schedulerModels(trace), settings: options.schedulerSettings ?? null },
      this.effects,
    );
  }

  run(): SimulationResult {
    this.world.begin();
    this.pump();
    this.trace.inputs.forEach((input, index) => this.schedule(input, index));
    while (this.line.step()) this.pump();
    return {
      id: this.trace.id,
      timeline: this.recorder.timeline,
      outcomes: this.recorder.outcomes(),
      final: Object.fromEntries(this.world.states()),
      summary: this.recorder.summary(),
    };
  }

  private post(message: () => void): void {
    this.messages.push(message);
  }

  private pump(): void {
    for (let message = this.messages.shift(); message; message = this.messages.shift()) {
      message();
      if (this.options.internals && !this.down) this.recorder.observe(this.scheduler.snapshot());
    }
  }

  private schedule(input: TraceInput, index: number): void {
    if (input.do !== 'request') {
      this.line.at(input.at, 'input', () => this.happen(input));
      return;
    }
    const { id, model, serviceMs } = input;
    const request: TracedRequest = { number: index + 1, id, model, serviceMs, arriveMs: input.at };
    this.line.at(input.at, 'input', () => this.arrive(request));
    if (input.cancelAt === undefined) return;
    this.line.at(input.cancelAt, 'input', () => this.cancel(request));
  }

  private happen(input: Exclude<TraceInput, { do: 'request' }>): void {
    if (input.do === 'crash') return this.world.find(input.model)?.crash();
    if (this.down) return;
    if (input.do === 'shutdown') return this.shutDown();
    const named = input.models?.length ? input.models : this.world.models();
    const targets = named.filter((model) => this.world.find(model));
    this.post(() => this.effects.unload(targets, this.scheduler));
  }

  private arrive(request: TracedRequest): void {
    this.recorder.add(request);
    if (this.down) {
      const how = { ev: 'error', result: 'error', reason: 'shutting down' } as const;
      return this.recorder.ended(request, how);
    }
    const { number, model, arriveMs } = request;
    this.post(() => this.scheduler.request({ id: number, model, arrivedMs: arriveMs }));
  }

  private cancel(request: TracedRequest): void {
    if (request.outcome || request.grantedMs !== undefined) return;
    this.recorder.ended(request, { ev: 'cancel', result: 'cancelled', reason: 'client' });
    this.post(() => this.scheduler.cancel(request.number));
  }

  private shutDown(): void {
    this.down = true;
    this.recorder.log({ ev: 'shutdown' });
    this.effects.shutDown();
    this.scheduler.shutdown();
    let left = 1;
    const stopped = (): void => {
      if (--left > 0) return;
      this.recorder.log({ ev: 'shutdownDone' });
      for (const model of this.world.models()) this.world.process(model).end();
    };
    for (const model of this.world.resident()) {
      left++;
      const how = { reason: 'shutdown', graceMs: SHUTDOWN_GRACE_MS };
      this.world.process(model).stop(how, stopped);
    }
    stopped();
  }
}

function schedulerModels({ config }: Trace): ReadonlyMap<string, SchedulerModel> {
  const models = Object.entries(config.models).map(([id, model]) => {
    const limit = model.concurrencyLimit ?? 0;
    const settings: SchedulerModel = {
      priority: config.priority?.[id] ?? 0,
      concurrencyLimit: limit > 0 ? limit : DEFAULT_CONCURRENCY_LIMIT,
      queueLimit: model.queueLimit ?? null,
    };
    return [id, settings] as const;
  });
  return new Map(models.toSorted(([a], [b]) => compareIds(a, b)));
}

function plannerSettings({ config }: Trace): unknown {
  if (config.router === 'group') return { groups: config.groups ?? {} };
  const { vars = {}, evictCosts = {}, sets = [] } = config.matrix ?? {};
  return { vars, evictCosts, sets: new Map(sets.map(({ name, dsl }) => [name, dsl])) };
}
