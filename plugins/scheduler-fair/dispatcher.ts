import { SchedulerConfig, SchedulerEffects, WaitReason } from '#lib/plugin-api';
import { Estimates } from './estimates.js';
import { FairSettings, readFairSettings } from './fair-settings.js';
import { ModelRecord } from './model-record.js';
import { ModelRecords } from './model-records.js';
import { arrivedMs, rank, Ranking } from './ranking.js';
import { readSituation, Situation } from './situation.js';
import { Reservation, SwapJudge, Verdict } from './swap-judge.js';
import { SwapTable } from './swap-table.js';

/** What a dispatcher works on. */
export interface DispatcherParts {
  readonly effects: SchedulerEffects;
  readonly records: ModelRecords;
  readonly swaps: SwapTable;
  readonly config: SchedulerConfig;
}

interface Attempt {
  readonly record: ModelRecord;
  readonly isDue: boolean;
  readonly reservations: Reservation[];
}

/** Grants what can be granted and begins the swaps that can begin, in the order of service. */
export class Dispatcher {
  private readonly effects: SchedulerEffects;
  private readonly records: ModelRecords;
  private readonly swaps: SwapTable;
  private readonly estimates: Estimates;
  private config: SchedulerConfig;
  private settings: FairSettings;
  private judge: SwapJudge;
  /** For due models that could not be served at the last look; their victims take no new work. */
  private reservations: readonly Reservation[] = [];
  private lookAgainMs = Infinity;
  private cancelTimer: () => void = () => {};
  private published = 0;

  constructor({ effects, records, swaps, config }: DispatcherParts) {
    this.effects = effects;
    this.records = records;
    this.swaps = swaps;
    this.config = config;
    this.settings = readFairSettings(config.settings);
    const statistics = (model: string): ReturnType<SchedulerEffects['statistics']> =>
      effects.statistics(model);
    this.estimates = new Estimates(statistics, () => this.config.models.keys());
    this.judge = this.newJudge();
  }

  /** @throws PluginConfigError when the settings cannot be read; the old ones then stay. */
  reconfigure(config: SchedulerConfig): void {
    this.settings = readFairSettings(config.settings);
    this.config = config;
    this.judge = this.newJudge();
  }

  /** A request has joined the record's waiting ones. */
  arrived(record: ModelRecord): void {
    if (this.canServe(record)) this.serve(record, this.reservations);
    if (record.waiting.length === 0) return;
    this.examine();
  }

  /** The model's swap has ended well: all that wait are let in before anything else happens. */
  becameReady(record: ModelRecord): void {
    if (this.effects.state(record.model) !== 'ready' || record.unloads > 0) return;
    record.lastUsedMs = this.effects.nowMs();
    for (const { id } of record.waiting) record.gate.add(id);
    this.serve(record, this.reservations);
  }

  /** Looks at everything that waits until nothing more can be done now. */
  examine(): void {
    while (this.pass());
    this.setTimer();
    this.publish();
  }

  /** Ends the timer. */
  stop(): void {
    this.cancelTimer();
    this.reservations = [];
    this.publish();
  }

  /** Models in the order of service whose requests wait for no swap under way. */
  queue(): ModelRecord[] {
    const { due, others } = this.ranking();
    return [...due, ...others];
  }

  /** One walk over the waiting models; true when something has begun that may let others go on. */
  private pass(): boolean {
    this.lookAgainMs = Infinity;
    const { due, others } = this.ranking();
    const reservations: Reservation[] = [];
    for (const record of due) {
      if (this.attempt({ record, isDue: true, reservations })) return true;
    }
    this.reservations = reservations;
    for (const record of others) {
      if (this.attempt({ record, isDue: false, reservations })) return true;
    }
    return false;
  }

  private attempt({ record, isDue, reservations }: Attempt): boolean {
    const situation = this.situation();
    if (this.canServe(record)) {
      this.serve(record, reservations);
      if (record.waiting.length === 0) return false;
      record.reason = this.isClosed(record, reservations)
        ? { kind: 'reserved', models: targetsAgainst(record, reservations) }
        : { kind: 'limit', models: [record.model] };
      return false;
    }
    const verdict = this.judge.judge({
      target: record,
      situation,
      isDue,
      reservations,
      reserved: this.reservations.find(({ target }) => target === record.model)?.evict,
    });
    if (verdict.kind === 'swap') return this.begin(record, verdict);
    record.reason = verdict.reason;
    this.lookAgainMs = Math.min(this.lookAgainMs, verdict.untilMs ?? Infinity);
    if (isDue) reservations.push({ target: record.model, evict: verdict.evict });
    return false;
  }

  private begin(record: ModelRecord, { plan, giveUp }: Verdict & { kind: 'swap' }): true {
    for (const target of giveUp) {
      const order = this.swaps.close(target);
      if (order) this.effects.cancelSwap(order.id);
    }
    const nowMs = this.effects.nowMs();
    // What was about to load for a swap given up may not have begun: there is nothing to stop.
    const evict = plan.evict.filter((model) => this.effects.state(model) !== 'stopped');
    for (const victim of evict.map(this.records.of)) {
      if (!victim.leaving) victim.evictedMs = nowMs;
      victim.leaving = true;
    }
    const order = this.swaps.open(record.model, evict);
    this.effects.startSwap({ ...order, waitReason: record.reason }, { ...plan, evict });
    record.reason = { kind: 'loading', models: [record.model] };
    return true;
  }

  /** Whether requests for the model may go to it as things are. */
  private canServe(record: ModelRecord): boolean {
    const { model } = record;
    if (this.swaps.has(model) || record.leaving || record.unloads > 0) return false;
    if (this.effects.state(model) !== 'ready') return false;
    // Nobody is there whom it could push out: the planner need not be asked for every request.
    if (this.isAlone(model)) return true;
    return this.effects.plan(model, this.situation().staying).evict.length === 0;
  }

  /** Whether nothing else holds memory or is about to. */
  private isAlone(model: string): boolean {
    const resident = this.effects.resident();
    return resident.length === 1 && resident[0] === model && this.swaps.isEmpty;
  }

  /** Lets in what the limit and the reservations allow. */
  private serve(record: ModelRecord, reservations: readonly Reservation[]): void {
    const limit = this.config.models.get(record.model)?.concurrencyLimit ?? Infinity;
    const closed = this.isClosed(record, reservations);
    while (record.waiting.length > 0 && record.inFlight < limit) {
      const next = record.waiting[0]!;
      if (closed && !record.gate.has(next.id)) break;
      record.remove(next.id);
      if (this.effects.grant(next)) record.inFlight += 1;
    }
    if (record.waiting.length === 0) record.reason = null;
  }

  private isClosed({ model }: ModelRecord, reservations: readonly Reservation[]): boolean {
    return reservations.some(({ evict }) => evict.includes(model));
  }

  private ranking(): Ranking {
    const { effects, settings, estimates } = this;
    const waiting = this.records.waiting();
    return rank(
      waiting.filter(({ model }) => !this.swaps.has(model)),
      {
        nowMs: effects.nowMs(),
        agingMs: settings.agingMs,
        maxWaitMs: this.maxWaitMs(waiting),
        priority: (model) => this.config.models.get(model)?.priority ?? 0,
        estimates,
        isReady: (model) => effects.state(model) === 'ready',
      },
    );
  }

  private maxWaitMs(waiting: readonly ModelRecord[]): number {
    if (this.settings.maxWaitMs !== null) return this.settings.maxWaitMs;
    const cold = waiting.filter(({ model }) => this.effects.state(model) !== 'ready');
    return this.estimates.maxWaitMs(cold.map(({ model }) => model));
  }

  private situation(): Situation {
    const { effects, records, swaps } = this;
    const state = effects.state.bind(effects);
    return readSituation({ resident: effects.resident(), state, record: records.of, swaps });
  }

  private setTimer(): void {
    this.cancelTimer();
    this.cancelTimer = () => {};
    const waiting = this.records.waiting().filter(({ model }) => !this.swaps.has(model));
    const maxWaitMs = this.maxWaitMs(this.records.waiting());
    const nowMs = this.effects.nowMs();
    const dueMs = waiting.map((record) => arrivedMs(record) + maxWaitMs);
    const later = maxWaitMs > 0 ? dueMs.filter((atMs) => atMs > nowMs) : [];
    const atMs = Math.min(this.lookAgainMs, ...later);
    if (atMs === Infinity) return;
    this.cancelTimer = this.effects.after(Math.max(1, atMs - nowMs), () => this.examine());
  }

  private publish(): void {
    const queued = this.queue().flatMap(({ waiting }) => waiting);
    if (queued.length === 0 && this.published === 0) return;
    this.published = queued.length;
    this.effects.queuePositions(new Map(queued.map(({ id }, index) => [id, index + 1])));
  }

  private newJudge(): SwapJudge {
    const { effects, estimates, swaps, records, settings } = this;
    return new SwapJudge({
      effects,
      estimates,
      swaps,
      record: records.of,
      holdMs: settings.holdMs,
    });
  }
}

function targetsAgainst(
  { model }: ModelRecord,
  reservations: readonly Reservation[],
): WaitReason['models'] {
  return reservations.filter(({ evict }) => evict.includes(model)).map(({ target }) => target);
}
