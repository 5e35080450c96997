/** A model of the fake world. */
export interface FakeModel {
  id: string;
  name: string;
  state: string;
}

/** What a scenario and a test may change. */
export interface FakeWorld {
  models: FakeModel[];
  failing: Map<string, string>;
  loadMs: number;
  samplesKept: number;
  readonly asked: readonly {
    readonly path: string;
    readonly body: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, string>>;
  }[];
  answer: (said: string) => string;
  tell(type: string, data: unknown): void;
  setState(id: string, state: string): void;
  log(source: 'proxy' | 'upstream', text: string): void;
  load(id: string, evict?: readonly string[]): Promise<string | null>;
  request(model: string, more?: object): (status?: number, error?: string) => void;
  record(more?: object): { id: number };
}

/** A running fake server. */
export interface FakeServer {
  readonly world: FakeWorld;
  readonly url: URL;
  disconnect(): void;
  close(): Promise<void>;
}

export function startFakeServer(scenario?: string, port?: number): Promise<FakeServer>;
