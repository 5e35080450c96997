import { CancelTimer, Clock } from '#lib/foundation';
import { ANY_DEVICE, DeviceBytes, DeviceMemory, ModelState } from '#lib/plugin-api';
import { MemorySource } from '../memory-source.interface.js';
import { DeviceReader, DeviceReading } from './device-reading.interface.js';
import { NeedWatch } from './need-watch.js';

/** What a ledger works with. */
export interface MemoryLedgerTools {
  readonly clock: Clock;
  /** Process ids that belong to a model's server; empty when it has none here. */
  readonly pids: (model: string) => readonly number[];
  /** The end of what a model's server has printed. */
  readonly output: (model: string) => string;
  /** Whether loads wait until the memory they need is seen free. */
  readonly waitsForRoom: () => boolean;
}

interface Watch {
  readonly need: NeedWatch;
  /** When watching ends, monotonic; null until the model is ready. */
  endMs: number | null;
}

const POLL_MS = 500;
const ROOM_POLL_MS = 100;
/** Drivers may tell of released memory late; after this the load is tried all the same. */
const ROOM_LIMIT_MS = 8000;
/** Readings may be some seconds old: for so long after readiness a rise still counts. */
const SETTLE_MS = 12_000;
/** By how much the need of a model grows that died of lack of memory. */
const SHORTFALL = 1.15;

/** What engines and drivers print when memory is short. */
const OUT_OF_MEMORY =
  /out of memory|OutOfMemory|OUT_OF_DEVICE_MEMORY|ErrorOutOfDeviceMemory|cudaMalloc failed|insufficient (?:gpu |device )?memory|(?:failed|unable) to allocate/i;

/**
 * Learns what models need and tells what devices have. A model's need is the highest amount ever
 * seen: by its process ids where the driver tells, else by the rise of used memory while nothing
 * but this model was loading or stopping.
 */
export class MemoryLedger implements MemorySource {
  private readonly needs = new Map<string, DeviceBytes>();
  private readonly watches = new Map<string, Watch>();
  private readonly resident = new Set<string>();
  private readonly starting = new Set<string>();
  private read: DeviceReader = () => [];
  private cancelPoll: CancelTimer | null = null;

  constructor(private readonly tools: MemoryLedgerTools) {}

  /** Sets where readings come from. */
  readFrom(reader: DeviceReader): void {
    this.read = reader;
  }

  devices(): readonly DeviceMemory[] {
    return this.read().flatMap(({ device, totalBytes, usedBytes }) => {
      if (totalBytes === null) return [];
      const freeBytes = usedBytes === null ? null : Math.max(0, totalBytes - usedBytes);
      return [{ device, totalBytes, freeBytes }];
    });
  }

  of(model: string): DeviceBytes | null {
    return this.needs.get(model) ?? null;
  }

  /** A process has changed its state. */
  changed(model: string, to: ModelState): void {
    // Two that change at once cannot be told apart by the sum.
    if (to !== 'ready') this.watches.clear();
    if (to === 'starting') {
      this.resident.add(model);
      if (!this.isAnotherChanging(model)) {
        this.watches.set(model, { need: new NeedWatch(), endMs: null });
      }
      this.starting.add(model);
    } else this.starting.delete(model);
    if (to === 'stopped' || to === 'shutdown') this.resident.delete(model);
    const watch = this.watches.get(model);
    if (to === 'ready' && watch) watch.endMs = this.tools.clock.nowMs() + SETTLE_MS;
    this.poll();
  }

  /** Resolves when the need is seen free, or when waiting longer makes no sense. */
  room(_model: string, need: DeviceBytes | null): Promise<void> | null {
    if (need === null || !this.tools.waitsForRoom() || this.isFree(need)) return null;
    return this.untilFree(need);
  }

  diedOfMemory(model: string): boolean {
    return OUT_OF_MEMORY.test(this.tools.output(model));
  }

  fellShort(model: string, need: DeviceBytes | null): void {
    if (need === null) return;
    const more = Object.entries(need).map(([device, bytes]) => {
      return [device, Math.ceil(bytes * SHORTFALL)] as const;
    });
    this.learn(model, Object.fromEntries(more));
  }

  /** Everything learned, by model, for keeping across restarts. */
  snapshot(): ReadonlyMap<string, DeviceBytes> {
    return new Map(this.needs);
  }

  /** Takes over what was kept. */
  restore(kept: ReadonlyMap<string, DeviceBytes>): void {
    for (const [model, need] of kept) this.learn(model, need);
  }

  /** Ends the polling. */
  close(): void {
    this.cancelPoll?.();
    this.cancelPoll = null;
  }

  private async untilFree(need: DeviceBytes): Promise<void> {
    const { clock } = this.tools;
    const limitMs = clock.nowMs() + ROOM_LIMIT_MS;
    while (!this.isFree(need) && clock.nowMs() < limitMs) {
      await new Promise<void>((resolve) => void clock.after(ROOM_POLL_MS, resolve));
    }
  }

  private isAnotherChanging(model: string): boolean {
    return [...this.starting].some((other) => other !== model);
  }

  private poll(): void {
    const readings = this.read();
    const nowMs = this.tools.clock.nowMs();
    for (const [model, watch] of this.watches) {
      watch.need.look(readings);
      if (watch.endMs === null) continue;
      const { need } = watch.need;
      if (need && !this.byProcess(model, readings)) this.learn(model, need);
      if (nowMs >= watch.endMs) this.watches.delete(model);
    }
    for (const model of this.resident) {
      const need = this.byProcess(model, readings);
      if (need) this.learn(model, need);
    }
    if (this.resident.size === 0) return this.close();
    this.cancelPoll ??= this.tools.clock.every(POLL_MS, () => this.poll());
  }

  private byProcess(model: string, readings: readonly DeviceReading[]): DeviceBytes | null {
    if (!readings.some(({ processes }) => processes !== null)) return null;
    const pids = this.tools.pids(model);
    const amounts = readings.flatMap(({ device, processes }) => {
      const bytes = pids.reduce((sum, pid) => sum + (processes?.get(pid) ?? 0), 0);
      return bytes > 0 ? [[device, bytes] as const] : [];
    });
    return amounts.length > 0 ? Object.fromEntries(amounts) : null;
  }

  private learn(model: string, seen: DeviceBytes): void {
    const before = this.needs.get(model) ?? {};
    const devices = new Set([...Object.keys(before), ...Object.keys(seen)]);
    const highest = [...devices].map((device) => {
      return [device, Math.max(before[device] ?? 0, seen[device] ?? 0)] as const;
    });
    this.needs.set(model, Object.fromEntries(highest));
  }

  /** Also when it is not known what is free, and when there will never be as much. */
  private isFree(need: DeviceBytes): boolean {
    const devices = this.devices();
    return Object.entries(need).every(([device, bytes]) => {
      const where = devices.filter((one) => device === ANY_DEVICE || one.device === device);
      const total = sumOf(where.map(({ totalBytes }) => totalBytes));
      const free = sumOf(where.map(({ freeBytes }) => freeBytes ?? Infinity));
      return where.length === 0 || bytes > total || bytes <= free;
    });
  }
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
