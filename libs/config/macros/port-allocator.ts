/** What decides on ports besides the order of the models. */
export interface PortRules {
  readonly startPort: number;
  /** Ports of the models of the configuration that is being replaced, by model id. */
  readonly previous?: ReadonlyMap<string, number>;
  /** The first port of that configuration; another one now means: start afresh. */
  readonly previousStartPort?: number;
}

/**
 * Hands out ports in the order of asking. Without a previous configuration they are consecutive;
 * with one, every model that had a port keeps it, and nobody else gets a port that was in use.
 */
export class PortAllocator {
  private next: number;
  private readonly previous: ReadonlyMap<string, number>;
  private readonly taken: ReadonlySet<number>;

  constructor(rules: PortRules) {
    this.next = rules.startPort;
    const isSameRange = rules.previousStartPort === rules.startPort;
    this.previous = (isSameRange ? rules.previous : undefined) ?? new Map();
    this.taken = new Set(this.previous.values());
  }

  /** The port of this model. */
  portFor(model: string): number {
    const kept = this.previous.get(model);
    if (kept !== undefined) return kept;
    while (this.taken.has(this.next)) this.next += 1;
    const port = this.next;
    this.next += 1;
    return port;
  }
}
