/** What all bodies that are being collected at a time may hold together. */
export class BodyBudget {
  private takenBytes = 0;

  /** @param limitBytes asked for each time, since a reload may change it */
  constructor(private readonly limitBytes: () => number) {}

  /** Takes up to `bytes` and returns how many were left. */
  take(bytes: number): number {
    const granted = Math.max(0, Math.min(bytes, this.limitBytes() - this.takenBytes));
    this.takenBytes += granted;
    return granted;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.takenBytes -= bytes;
  }
}
