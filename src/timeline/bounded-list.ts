/** A list that forgets its oldest entries. */
export class BoundedList<T> {
  private entries: T[] = [];
  private forgotten: T | null = null;

  /** @param most entries that are kept; up to a quarter more while they come in */
  constructor(private readonly most: number) {}

  /** The newest entry that was forgotten, or null while everything is there. */
  get lastForgotten(): T | null {
    return this.forgotten;
  }

  add(entry: T): void {
    this.entries.push(entry);
    // In pieces, because removing from the front moves all the others.
    if (this.entries.length <= this.most * 1.25) return;
    const tooMany = this.entries.length - this.most;
    this.forgotten = this.entries[tooMany - 1]!;
    this.entries = this.entries.slice(tooMany);
  }

  /** Oldest first. */
  list(): readonly T[] {
    return this.entries;
  }
}
