import { ProcessChange } from '#lib/process';

/** When a model was loaded last, Unix milliseconds; without an end while it is being loaded. */
export interface LoadWindow {
  readonly startMs: number;
  readonly endMs: number | null;
}

/** Remembers when each model was loaded last, for the spans of requests that waited for it. */
export class LoadWindows {
  private readonly windows = new Map<string, LoadWindow>();

  constructor(private readonly wallMs: () => number) {}

  /** A process has changed its state. */
  changed({ model, from, to }: ProcessChange): void {
    const nowMs = this.wallMs();
    if (to === 'starting') this.windows.set(model, { startMs: nowMs, endMs: null });
    else if (from === 'starting') {
      const startMs = this.windows.get(model)?.startMs ?? nowMs;
      this.windows.set(model, { startMs, endMs: nowMs });
    }
  }

  /** The last load of a model, or null. */
  of(model: string): LoadWindow | null {
    return this.windows.get(model) ?? null;
  }
}
