/** One exchange as it is kept: what is null was not captured. */
export interface Capture {
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: Buffer | null;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Without content coding. */
  readonly responseBody: Buffer | null;
  /** Whether the rest of a body is missing. */
  readonly isRequestCut: boolean;
  readonly isResponseCut: boolean;
}

/** Added for each capture, bytes: what headers and bookkeeping take, roughly. */
const OVERHEAD_BYTES = 1024;

/** Captures in memory, by the id of their row in the activity log; the oldest go first. */
export class CaptureStore {
  private readonly captures = new Map<number, Capture>();
  private bytes = 0;

  /** @param limitBytes size of all captures together; 0 keeps none */
  constructor(private limitBytes: number) {}

  /** Size of all captures, bytes. */
  get sizeBytes(): number {
    return this.bytes;
  }

  has(id: number): boolean {
    return this.captures.has(id);
  }

  get(id: number): Capture | null {
    return this.captures.get(id) ?? null;
  }

  /** Keeps a capture, unless it is larger than everything together may be. */
  add(id: number, capture: Capture): void {
    if (sizeOf(capture) > this.limitBytes) return;
    this.drop(id);
    this.captures.set(id, capture);
    this.bytes += sizeOf(capture);
    this.trim();
  }

  /** A new size for everything together, bytes. */
  resize(limitBytes: number): void {
    this.limitBytes = limitBytes;
    this.trim();
  }

  private trim(): void {
    for (const id of this.captures.keys()) {
      if (this.bytes <= this.limitBytes) return;
      this.drop(id);
    }
  }

  private drop(id: number): void {
    const capture = this.captures.get(id);
    if (!capture) return;
    this.captures.delete(id);
    this.bytes -= sizeOf(capture);
  }
}

function sizeOf({ requestBody, responseBody }: Capture): number {
  return OVERHEAD_BYTES + (requestBody?.length ?? 0) + (responseBody?.length ?? 0);
}
