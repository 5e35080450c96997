/**
 * Makes values once for all families of a page that need them. A page that is written with pauses is
 * made {@link during} a hold; otherwise a value lasts for one turn of the event loop.
 */
export class TurnCache {
  private readonly forget = new Set<() => void>();
  private holds = 0;

  /** The value, made when it is first read. */
  once<Value>(make: () => Value): () => Value {
    let made: { readonly value: Value } | null = null;
    const drop = (): void => void (made = null);
    return () => {
      if (!made) {
        made = { value: make() };
        if (this.forget.size === 0) setImmediate(() => this.clear());
        this.forget.add(drop);
      }
      return made.value;
    };
  }

  /** Does `work` with values that are made afresh and then last until it is done. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.holds += 1;
    this.drop();
    try {
      return await work();
    } finally {
      this.holds -= 1;
      this.clear();
    }
  }

  private clear(): void {
    if (this.holds === 0) this.drop();
  }

  private drop(): void {
    for (const one of this.forget) one();
    this.forget.clear();
  }
}
