/** One place in which a request is worked on; the fields that `/slots` shows. */
export interface Slot {
  readonly id: number;
  /** Context of this slot in tokens. */
  readonly contextTokens: number;
  isProcessing: boolean;
  /** Number of the present or last task, null before the first. */
  taskId: number | null;
  /** Tokens in the slot's sequence, prompt and generated; their ids serve as prompt cache. */
  sequence: number[];
  promptProcessed: number;
  promptCached: number;
  decoded: number;
  /** Tokens that may still come; -1 without a limit. */
  remaining: number;
  stream: boolean;
}

interface Waiter {
  readonly wanted: readonly number[];
  readonly grant: (slot: Slot) => void;
}

/** Hands out slots in the order of arrival, preferring one whose sequence begins alike. */
export class SlotPool {
  readonly slots: readonly Slot[];
  private readonly waiting: Waiter[] = [];

  constructor(count: number, contextTokens: number) {
    const share = Math.max(1, Math.floor(contextTokens / count));
    this.slots = Array.from({ length: count }, (_, id) => emptySlot(id, share));
  }

  /** Slots at work. */
  get busy(): number {
    return this.slots.filter((slot) => slot.isProcessing).length;
  }

  /** Requests that wait for a slot. */
  get deferred(): number {
    return this.waiting.length;
  }

  /**
   * Waits for a slot.
   * @param wanted token ids of the prompt, compared with what the free slots hold
   * @throws the signal's reason when it aborts first
   */
  acquire(wanted: readonly number[], signal: AbortSignal): Promise<Slot> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const free = this.bestFree(wanted);
    if (free) return Promise.resolve(occupy(free));
    return new Promise((grant, refuse) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        refuse(signal.reason);
      };
      const waiter: Waiter = {
        wanted,
        grant: (slot) => {
          signal.removeEventListener('abort', leave);
          grant(slot);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiter);
    });
  }

  /** Gives a slot back, or straight on to the request that has waited longest. */
  release(slot: Slot): void {
    slot.isProcessing = false;
    const next = this.waiting.shift();
    if (next) next.grant(occupy(slot));
  }

  private bestFree(wanted: readonly number[]): Slot | null {
    const free = this.slots.filter((slot) => !slot.isProcessing);
    const [best] = free.toSorted(
      (a, b) => commonPrefix(b.sequence, wanted) - commonPrefix(a.sequence, wanted),
    );
    return best ?? null;
  }
}

/** Number of leading elements that two sequences share. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) at += 1;
  return at;
}

function occupy(slot: Slot): Slot {
  slot.isProcessing = true;
  return slot;
}

function emptySlot(id: number, contextTokens: number): Slot {
  return {
    id,
    contextTokens,
    isProcessing: false,
    taskId: null,
    sequence: [],
    promptProcessed: 0,
    promptCached: 0,
    decoded: 0,
    remaining: -1,
    stream: false,
  };
}
