/** The newest entries up to a limit, oldest first; memory is bounded by the limit. */
export class SampleRing<Entry> {
  private entries: Entry[] = [];

  constructor(private limit: number) {}

  /** Number of entries that are kept. */
  get capacity(): number {
    return this.limit;
  }

  /** Adds an entry; the oldest one falls out when the ring is full. */
  push(entry: Entry): void {
    this.entries.push(entry);
    if (this.entries.length > this.limit) this.entries.shift();
  }

  /** The newest entry, or null. */
  get latest(): Entry | null {
    return this.entries.at(-1) ?? null;
  }

  /** The newest `count` entries (all without a count), oldest first. */
  last(count = this.limit): readonly Entry[] {
    return count <= 0 ? [] : this.entries.slice(-count);
  }

  /** Keeps as many of the newest entries as fit into the new limit. */
  resize(limit: number): void {
    this.limit = Math.max(1, limit);
    this.entries = this.entries.slice(-this.limit);
  }

  /** Forgets everything. */
  clear(): void {
    this.entries = [];
  }
}
