/** Average in which each new value counts for a fixed share, so that old values fade. */
export class DecayedAverage {
  private average: number | null = null;

  /** @param share Weight of a new value, between 0 and 1. */
  constructor(private readonly share = 0.3) {}

  /** Null until there is a value. */
  get value(): number | null {
    return this.average;
  }

  add(value: number): void {
    this.average =
      this.average === null ? value : this.average + this.share * (value - this.average);
  }
}
