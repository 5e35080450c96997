/** Counts per model; a model whose count is 0 is absent. */
export class Slots {
  private readonly counts = new Map<string, number>();

  of(model: string): number {
    return this.counts.get(model) ?? 0;
  }

  take(model: string): void {
    this.counts.set(model, this.of(model) + 1);
  }

  /** @throws Error when nothing is taken: a count below zero is a programming error. */
  free(model: string): void {
    const count = this.of(model);
    if (count === 0) throw new Error(`nothing is taken for model ${model}`);
    if (count === 1) this.counts.delete(model);
    else this.counts.set(model, count - 1);
  }

  snapshot(): ReadonlyMap<string, number> {
    return new Map(this.counts);
  }
}
