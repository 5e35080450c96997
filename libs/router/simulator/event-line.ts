/**
 * Order of things that happen at the same instant: processes first, then ends of service, then
 * inputs, then idle ticks and timers.
 */
export const EVENT_ORDER = { process: 0, service: 1, input: 2, tick: 3 } as const;

/** A key of {@link EVENT_ORDER}. */
export type EventKind = keyof typeof EVENT_ORDER;

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly sequence: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** The one time-ordered list of what will happen in a simulation; a binary heap. */
export class EventLine {
  private readonly heap: Entry[] = [];
  private sequence = 0;
  private currentMs = 0;
  private busyMs = 0;

  /** Virtual milliseconds since the start. */
  get nowMs(): number {
    return this.currentMs;
  }

  /** When something other than a tick happened last. */
  get lastActivityMs(): number {
    return this.busyMs;
  }

  /** Adds something that happens at `dueMs`; returns its cancellation. */
  at(dueMs: number, kind: EventKind, run: () => void): () => void {
    const order = EVENT_ORDER[kind];
    const entry = { dueMs, order, sequence: this.sequence++, run, cancelled: false };
    this.heap.push(entry);
    this.rise(this.heap.length - 1);
    return () => {
      entry.cancelled = true;
    };
  }

  /** As {@link at}, counted from now. */
  after(delayMs: number, kind: EventKind, run: () => void): () => void {
    return this.at(this.currentMs + delayMs, kind, run);
  }

  /** Runs the next thing; false when there is none. */
  step(): boolean {
    for (let entry = this.pop(); entry; entry = this.pop()) {
      if (entry.cancelled) continue;
      this.currentMs = Math.max(this.currentMs, entry.dueMs);
      if (entry.order !== EVENT_ORDER.tick) this.busyMs = this.currentMs;
      entry.run();
      return true;
    }
    return false;
  }

  private pop(): Entry | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (first && last && first !== last) {
      this.heap[0] = last;
      this.sink(0);
    }
    return first;
  }

  private rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.before(index, parent)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  private sink(from: number): void {
    for (let index = from; ;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.heap.length && this.before(child, least)) least = child;
      }
      if (least === index) return;
      this.swap(index, least);
      index = least;
    }
  }

  private before(left: number, right: number): boolean {
    const a = this.heap[left]!;
    const b = this.heap[right]!;
    return (a.dueMs - b.dueMs || a.order - b.order || a.sequence - b.sequence) < 0;
  }

  private swap(left: number, right: number): void {
    const entry = this.heap[left]!;
    this.heap[left] = this.heap[right]!;
    this.heap[right] = entry;
  }
}
