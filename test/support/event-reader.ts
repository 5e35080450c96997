/** A message of `/api/events`, decoded. */
export interface EventMessage {
  readonly type: string;
  readonly data: unknown;
}

/** Reads `/api/events` as its clients do. */
export class EventReader implements AsyncDisposable {
  readonly seen: EventMessage[] = [];
  /** Everything received, as text. */
  raw = '';
  private readonly waiting = new Set<() => void>();
  private isEnded = false;
  private readonly leaving = new AbortController();

  private constructor(
    readonly response: Response,
    leaving: AbortController,
  ) {
    this.leaving = leaving;
    void this.read();
  }

  static async open(url: string, query = ''): Promise<EventReader> {
    const leaving = new AbortController();
    const response = await fetch(`${url}/api/events${query}`, { signal: leaving.signal });
    return new EventReader(response, leaving);
  }

  get ended(): boolean {
    return this.isEnded;
  }

  /** Resolves to the first message, from the beginning, for which `accepts` is true. */
  async find(accepts: (message: EventMessage) => boolean): Promise<EventMessage> {
    return (await this.until(() => this.seen.find(accepts)))!;
  }

  /** Resolves when the stream has ended. */
  async end(): Promise<void> {
    await this.until(() => (this.isEnded ? true : undefined));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leaving.abort();
  }

  private async until<Value>(look: () => Value | undefined): Promise<Value | undefined> {
    const found = Promise.withResolvers<Value | undefined>();
    const check = (): void => {
      const value = look();
      if (value !== undefined || this.isEnded) found.resolve(value);
    };
    this.waiting.add(check);
    check();
    return found.promise.finally(() => this.waiting.delete(check));
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of this.response.body!) {
        const text = decoder.decode(chunk, { stream: true });
        this.raw += text;
        const frames = (rest + text).split('\n\n');
        rest = frames.pop()!;
        for (const frame of frames) this.take(frame);
        for (const check of this.waiting) check();
      }
    } catch {
      // The test has left.
    }
    this.isEnded = true;
    for (const check of this.waiting) check();
  }

  private take(frame: string): void {
    if (frame.startsWith(':')) return;
    const [event, data, ...more] = frame.split('\n') as [string, string, ...string[]];
    if (event !== 'event:message' || !data.startsWith('data:{') || more.length > 0) {
      throw new Error(`not the framing of the event stream: ${frame}`);
    }
    const envelope = JSON.parse(data.slice(5)) as { type: string; data: string };
    this.seen.push({ type: envelope.type, data: JSON.parse(envelope.data) });
  }
}
