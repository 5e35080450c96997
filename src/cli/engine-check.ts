import { Clock } from '#lib/foundation';
import { EngineHttp, EngineMonitor, EngineSample, ProxiedTraffic } from '#lib/monitor';

/** Nothing goes through this program to the server. */
const NO_TRAFFIC: ProxiedTraffic = {
  inFlight: 0,
  liveTokens: 0,
  seenTokens: 0,
  generationMs: null,
  promptMs: null,
};

const NAME = 'engine';

/** Which server is asked, and how often. */
export interface EngineCheckOptions {
  readonly address: URL;
  readonly periodMs: number;
  /** The server's own key, where it needs one. */
  readonly apiKey: string | null;
}

/** Watches one model server for `drover monitor -engine`: llama-server, vLLM or SGLang. */
export class EngineCheck {
  /** Settled with the first sample, good or bad. */
  readonly first: Promise<void>;
  private readonly monitor: EngineMonitor;

  constructor(
    private readonly options: EngineCheckOptions,
    tools: { clock: Clock; http: EngineHttp; show: (sample: EngineSample) => void },
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.first = promise;
    this.monitor = new EngineMonitor({
      clock: tools.clock,
      http: tools.http,
      traffic: () => NO_TRAFFIC,
      onUpdate: ({ sample }) => {
        tools.show(sample);
        resolve();
      },
    });
  }

  start(): void {
    const { address, apiKey, periodMs } = this.options;
    this.monitor.start(NAME, { address, apiKey, argv: [] }, periodMs);
  }

  async stop(): Promise<void> {
    await this.monitor.close();
  }
}
