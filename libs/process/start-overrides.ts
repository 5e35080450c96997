/** What the next start of a model is given beside its configuration. */
export interface StartOverride {
  /** Arguments behind those of the configured command. */
  readonly args: readonly string[];
}

/**
 * What single starts do differently. An override is for one start, whoever causes it, and gone after
 * that; who has asked for it takes it back when there was no start.
 */
export class StartOverrides {
  private readonly next = new Map<string, StartOverride>();

  /** For the next start of the model, in place of an earlier one. */
  set(model: string, override: StartOverride): void {
    this.next.set(model, override);
  }

  /** Takes an override back that no start has used. */
  drop(model: string, override: StartOverride): void {
    if (this.next.get(model) === override) this.next.delete(model);
  }

  /** What a start that begins now is given. */
  take(model: string): StartOverride {
    const override = this.next.get(model) ?? { args: [] };
    this.next.delete(model);
    return override;
  }
}
