/** How the driver saw one request end. */
export type Ending =
  /** The whole answer came. */
  | { readonly kind: 'answer'; readonly status: number }
  /** The driver left before the end. */
  | { readonly kind: 'left' }
  /** The connection broke within the answer. */
  | { readonly kind: 'cut' };

interface Row {
  sent: number;
  left: number;
  cut: number;
  readonly answers: Map<number, number>;
}

/** What the driver has sent and seen, by model. */
export class Tally {
  readonly #rows = new Map<string, Row>();
  /** Everything else that was done, by name. */
  readonly deeds = new Map<string, number>();

  sent(model: string): void {
    this.row(model).sent += 1;
  }

  ended(model: string, ending: Ending): void {
    const row = this.row(model);
    if (ending.kind !== 'answer') row[ending.kind] += 1;
    else row.answers.set(ending.status, (row.answers.get(ending.status) ?? 0) + 1);
  }

  did(deed: string): void {
    this.deeds.set(deed, (this.deeds.get(deed) ?? 0) + 1);
  }

  models(): string[] {
    return [...this.#rows.keys()].toSorted();
  }

  row(model: string): Row {
    let row = this.#rows.get(model);
    if (!row) this.#rows.set(model, (row = { sent: 0, left: 0, cut: 0, answers: new Map() }));
    return row;
  }

  answered(model: string, status: number): number {
    return this.row(model).answers.get(status) ?? 0;
  }
}
