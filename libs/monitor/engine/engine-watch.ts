import { CancelTimer, Clock } from '#lib/foundation';
import { EngineHttp } from './engine-http.interface.js';
import { ProxiedTraffic } from './engine-poll.interface.js';
import { EngineSample, failedSample } from './engine-sample.interface.js';
import { EnginePoller, EngineTarget } from './engine.poller.js';
import { EngineSampler } from './engine.sampler.js';

/** Failures in a row after which a server is polled less often. */
const PATIENCE = 5;
const MAX_PAUSE_MS = 10_000;
const MAX_TIMEOUT_MS = 2000;

/** What a watch needs from around it. */
export interface EngineWatchPorts {
  readonly clock: Clock;
  readonly http: EngineHttp;
  /** Turns polls into samples; goes on over restarts of the server. */
  readonly sampler: EngineSampler;
  /** The proxy's own view of the model's traffic. */
  readonly traffic: () => ProxiedTraffic;
  readonly onSample: (sample: EngineSample) => void;
}

/** Settings of a watch. */
export interface EngineWatchSettings {
  readonly intervalMs: number;
  /** First poll after this time, so that the polls of several models do not coincide. */
  readonly offsetMs: number;
}

/**
 * Polls one running server at its interval: one poll at a time, each bounded to 80 % of the interval and
 * 2 s. After five failures in a row the interval doubles up to 10 s; the first success resets it.
 */
export class EngineWatch {
  private readonly poller: EnginePoller;
  private readonly stopped = new AbortController();
  private cancelTimer: CancelTimer;
  private failures = 0;
  private polling: Promise<void> = Promise.resolve();

  constructor(
    private readonly target: EngineTarget,
    private readonly settings: EngineWatchSettings,
    private readonly ports: EngineWatchPorts,
  ) {
    this.poller = new EnginePoller(ports.http, target, () => ports.clock.nowMs());
    this.cancelTimer = ports.clock.after(settings.offsetMs, () => this.tick());
  }

  /** The server's own version, or null. */
  get engineVersion(): string | null {
    return this.poller.engineVersion;
  }

  /** The server has said in its output whether its cache is unified. */
  setUnified(kvUnified: boolean): void {
    this.poller.setUnified(kvUnified);
  }

  /** Ends the polling; resolves when no poll is under way any more. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.cancelTimer();
    await this.polling;
  }

  private tick(): void {
    this.polling = this.poll();
  }

  private async poll(): Promise<void> {
    const { clock } = this.ports;
    const startedMs = clock.nowMs();
    const sample = await this.ask();
    if (this.stopped.signal.aborted) return;
    this.failures = sample.ok ? 0 : this.failures + 1;
    this.ports.onSample(sample);
    const restMs = startedMs + this.pauseMs() - clock.nowMs();
    this.cancelTimer = clock.after(Math.max(0, restMs), () => this.tick());
  }

  private async ask(): Promise<EngineSample> {
    const { clock, traffic } = this.ports;
    const timeoutMs = Math.min(MAX_TIMEOUT_MS, this.settings.intervalMs * 0.8);
    const { signal } = this.stopped;
    try {
      const poll = await this.poller.poll(traffic(), {
        timeoutMs,
        signal,
        apiKey: this.target.apiKey,
      });
      return this.ports.sampler.sample(poll, clock.nowMs(), clock.wallMs());
    } catch (error) {
      return failedSample(clock.wallMs(), error instanceof Error ? error.message : String(error));
    }
  }

  private pauseMs(): number {
    const { intervalMs } = this.settings;
    const doublings = Math.max(0, this.failures - PATIENCE + 1);
    return Math.max(intervalMs, Math.min(MAX_PAUSE_MS, intervalMs * 2 ** doublings));
  }
}
