/** One exchange as it is kept: what is null was not captured. */
export interface Capture {
  readonly path: string;
  /** As they came, packed by {@link packHeaders}: secrets are blanked where they are shown. */
  readonly requestHeaders: string;
  readonly requestBody: Buffer | null;
  readonly responseHeaders: string;
  /** Without content coding. */
  readonly responseBody: Buffer | null;
  /** Whether the answer had a content coding that has been undone. */
  readonly isDecoded: boolean;
  /** Whether the rest of a body is missing. */
  readonly isRequestCut: boolean;
  readonly isResponseCut: boolean;
}

/** Added for each capture, bytes: what headers and bookkeeping take, roughly. */
const OVERHEAD_BYTES = 1024;

/** Places in front that are empty are given up when they are so many, and half of all. */
const MOST_EMPTY = 256;

/** Names and values alternating, as one text: very many texts that are kept are costly to keep. */
export function packHeaders(pairs: readonly string[]): string {
  return pairs.join('\n');
}

/** Undoes {@link packHeaders}; no header contains a line feed (RFC 9110, 5.5). */
export function unpackHeaders(packed: string): string[] {
  return packed === '' ? [] : packed.split('\n');
}

interface Kept {
  readonly id: number;
  readonly capture: Capture;
}

/**
 * Captures in memory, by the id of their row in the activity log; the oldest go first. A list, because
 * a `Map` that things pass through at a high rate keeps what it has dropped alive.
 */
export class CaptureStore {
  /** By id, from `first` on. */
  private kept: (Kept | null)[] = [];
  private first = 0;
  private bytes = 0;

  /** @param limitBytes size of all captures together; 0 keeps none */
  constructor(private limitBytes: number) {}

  /** Size of all captures, bytes. */
  get sizeBytes(): number {
    return this.bytes;
  }

  has(id: number): boolean {
    return this.get(id) !== null;
  }

  get(id: number): Capture | null {
    const kept = this.kept[this.placeOf(id)];
    return kept?.id === id ? kept.capture : null;
  }

  /** Keeps a capture, unless it is larger than everything together may be. */
  add(id: number, capture: Capture): void {
    if (sizeOf(capture) > this.limitBytes) return;
    this.bytes += sizeOf(capture);
    const last = this.kept.at(-1);
    // A coded answer gets its id early and is decoded late.
    if (last && last.id >= id) this.insert(id, capture);
    else this.kept.push({ id, capture });
    this.trim();
  }

  /** A new size for everything together, bytes. */
  resize(limitBytes: number): void {
    this.limitBytes = limitBytes;
    this.trim();
  }

  private insert(id: number, capture: Capture): void {
    const place = this.placeOf(id);
    const present = this.kept[place];
    const replaced = present?.id === id ? 1 : 0;
    if (replaced) this.bytes -= sizeOf(present!.capture);
    this.kept.splice(place, replaced, { id, capture });
  }

  private trim(): void {
    while (this.bytes > this.limitBytes) {
      this.bytes -= sizeOf(this.kept[this.first]!.capture);
      this.kept[this.first] = null;
      this.first += 1;
    }
    if (this.first > MOST_EMPTY && 2 * this.first > this.kept.length) {
      this.kept = this.kept.slice(this.first);
      this.first = 0;
    }
  }

  /** Where an id is, or would be. */
  private placeOf(id: number): number {
    let [low, high] = [this.first, this.kept.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.kept[middle]!.id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function sizeOf({ requestBody, responseBody }: Capture): number {
  return OVERHEAD_BYTES + (requestBody?.length ?? 0) + (responseBody?.length ?? 0);
}
