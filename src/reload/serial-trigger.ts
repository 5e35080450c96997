/**
 * Runs one task at a time. A trigger that comes during a run is not lost: when the run has ended,
 * one further run serves every trigger that came in the meantime, with the latest one's input.
 */
export class SerialTrigger<Input, Result> {
  private current: Promise<Result> | null = null;
  private next: { input: Input; readonly result: Promise<Result> } | null = null;

  constructor(private readonly run: (input: Input) => Promise<Result>) {}

  /** Whether a run is going on. */
  get isRunning(): boolean {
    return this.current !== null;
  }

  /** Asks for a run; resolves to the result of the run that has seen this trigger. */
  trigger(input: Input): Promise<Result> {
    // Looked at first: the run before may have ended a moment before its successor begins.
    if (this.next) {
      this.next.input = input;
      return this.next.result;
    }
    if (!this.current) return this.begin(input);
    const result = this.current.then(
      () => this.beginNext(),
      () => this.beginNext(),
    );
    this.next = { input, result };
    return result;
  }

  private begin(input: Input): Promise<Result> {
    const current = this.run(input).finally(() => {
      if (this.current === current) this.current = null;
    });
    this.current = current;
    return current;
  }

  private beginNext(): Promise<Result> {
    const next = this.next;
    this.next = null;
    if (!next) throw new Error('a run was promised that nobody asked for');
    return this.begin(next.input);
  }
}
