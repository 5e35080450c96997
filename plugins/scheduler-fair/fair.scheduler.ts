import {
  Failure,
  RequestScheduler,
  ScheduledRequest,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerSnapshot,
  SwapOutcome,
} from '#lib/plugin-api';
import { Dispatcher } from './dispatcher.js';
import { ModelRecord } from './model-record.js';
import { ModelRecords } from './model-records.js';
import { SwapTable } from './swap-table.js';

/**
 * The scheduler `fair`. Requests for one model are served together; when a model becomes ready, all
 * that waited for it are let in before anything else is decided; and after every event everything
 * that waits is looked at again. What may begin is decided by {@link Dispatcher}.
 */
export class FairScheduler implements RequestScheduler {
  private readonly records = new ModelRecords();
  private readonly swaps = new SwapTable();
  private readonly dispatcher: Dispatcher;
  private down = false;
  private preferences = 0;

  constructor(
    private config: SchedulerConfig,
    private readonly effects: SchedulerEffects,
  ) {
    const { records, swaps } = this;
    this.dispatcher = new Dispatcher({ effects, records, swaps, config });
  }

  request(request: ScheduledRequest): void {
    if (this.down) return this.effects.fail(request, { kind: 'shutting-down' });
    const settings = this.config.models.get(request.model);
    if (!settings) return this.effects.reject(request, 'unknown-model');
    const record = this.records.of(request.model);
    const places = settings.concurrencyLimit + (settings.queueLimit ?? 0);
    if (record.reserved >= places) return this.effects.reject(request, 'limit');
    record.waiting.push(request);
    this.dispatcher.arrived(record);
  }

  adopt(model: string, inFlight: number): void {
    this.records.of(model).inFlight += inFlight;
  }

  cancel(requestId: number): void {
    const record = this.records.waitingFor(requestId);
    if (!record?.remove(requestId)) return;
    this.dispatcher.examine();
  }

  swapDone(swapId: number, outcome: SwapOutcome): void {
    const order = this.swaps.closeById(swapId);
    if (!order) return;
    for (const victim of order.evict) this.records.of(victim).leaving = false;
    const record = this.records.of(order.target);
    this.settle(record, outcome);
    this.dispatcher.examine();
  }

  serveDone({ model }: ScheduledRequest): void {
    const record = this.records.of(model);
    record.inFlight -= 1;
    record.lastUsedMs = this.effects.nowMs();
    if (this.down) return;
    if (record.inFlight === 0 || record.waiting.length > 0) this.dispatcher.examine();
  }

  processChanged(model: string, _from: string, to: string): void {
    const record = this.records.of(model);
    if (to === 'ready') record.lastUsedMs = this.effects.nowMs();
    if (to === 'stopped') {
      record.leaving = false;
      record.gate.clear();
    }
    if (!this.down) this.dispatcher.examine();
  }

  /** Only fails who waits: the stops come next, and each of them leads to another look. */
  unload(models: readonly string[]): void {
    for (const model of models) {
      const record = this.records.of(model);
      record.unloads += 1;
      this.giveUp(model);
      this.failAll(record, { kind: 'unloaded' });
    }
  }

  unloadDone(models: readonly string[]): void {
    for (const model of models) this.records.of(model).unloads -= 1;
    if (!this.down) this.dispatcher.examine();
  }

  reconfigure(config: SchedulerConfig): void {
    this.dispatcher.reconfigure(config);
    this.config = config;
    this.records.forget((model) => !config.models.has(model) && !this.swaps.has(model));
    this.dispatcher.examine();
  }

  shutdown(): void {
    this.down = true;
    for (const { target } of this.swaps.list()) this.giveUp(target);
    for (const record of this.records.list()) this.failAll(record, { kind: 'shutting-down' });
    this.dispatcher.stop();
  }

  prefer(model: string): boolean {
    if (this.down || this.swaps.has(model)) return false;
    if (!this.records.of(model).prefer(++this.preferences)) return false;
    this.dispatcher.examine();
    return true;
  }

  snapshot(): SchedulerSnapshot {
    const records = this.records.list();
    const counts = (count: (record: ModelRecord) => number): ReadonlyMap<string, number> =>
      new Map(records.filter((each) => count(each) > 0).map((each) => [each.model, count(each)]));
    const queued = this.dispatcher.queue();
    return {
      swaps: this.swaps.list().map(({ id, target, evict }) => {
        const waiters = this.records.of(target).waiting.map((request) => request.id);
        return { id, target, evict, waiters };
      }),
      queue: queued.flatMap(({ waiting }) => waiting),
      inFlight: counts(({ inFlight }) => inFlight),
      reserved: counts(({ reserved }) => reserved),
      waitReasons: new Map(
        queued.flatMap(({ model, reason }) => (reason ? [[model, reason] as const] : [])),
      ),
    };
  }

  /** A start that died of lack of memory is tried once more: the planner knows better now. */
  private settle(record: ModelRecord, outcome: SwapOutcome): void {
    const tryAgain = !outcome.ok && outcome.outOfMemory === true && !record.isRetried;
    record.isRetried = tryAgain;
    if (outcome.ok) this.dispatcher.becameReady(record);
    else if (!tryAgain) this.failAll(record, { kind: 'start-failed', error: outcome.error });
  }

  private giveUp(target: string): void {
    const order = this.swaps.close(target);
    if (order) this.effects.cancelSwap(order.id);
  }

  private failAll(record: ModelRecord, failure: Failure): void {
    for (const request of record.takeWaiting()) this.effects.fail(request, failure);
  }
}
