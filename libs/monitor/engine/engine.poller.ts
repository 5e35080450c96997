import { EngineGetOptions, EngineHttp } from './engine-http.interface.js';
import { EnginePoll, LlamaPoll, ProxiedTraffic } from './engine-poll.interface.js';
import { EngineKind } from './engine-sample.interface.js';
import { objectOf, textOf } from './engine-json.js';
import { MetricsPage, parseExposition } from './exposition.js';
import { llamaMetrics } from './llama-metrics.js';
import { LlamaProps, isSupported, llamaProps } from './llama-props.js';
import { LlamaSlots, llamaSlots } from './llama-slots.js';
import { kvUnifiedOf, numberFlag } from './llama-start.js';
import { sglangMetrics, vllmMetrics } from './vllm-metrics.js';

/** One server that is polled. */
export interface EngineTarget {
  readonly address: URL;
  readonly apiKey: string | null;
  /** Command line, empty when the server was started by somebody else. */
  readonly argv: readonly string[];
  /** What it is, where somebody has said so; else it is found out. */
  readonly engine?: EngineKind | null;
}

/** How often the rarely changing facts are asked for. */
const PROPS_EVERY_MS = 30_000;

interface Page {
  readonly page: MetricsPage;
  readonly processStart: number | null;
}

/**
 * Asks one engine for its figures. Only what cannot disturb it is asked: `/slots` of a llama-server wakes
 * a sleeping one, so it is asked only while there is work and once after it. An endpoint that does not
 * exist is not asked again.
 */
export class EnginePoller {
  private kind: EngineKind | null = null;
  private props: LlamaProps | null = null;
  private propsAtMs = Number.NEGATIVE_INFINITY;
  private hasProps: boolean | null = null;
  private hasMetrics: boolean | null = null;
  private hasSlots: boolean | null = null;
  private wasBusy = false;
  private version: string | null = null;
  private isVersionAsked = false;
  private layout: boolean | null;

  constructor(
    private readonly http: EngineHttp,
    private readonly target: EngineTarget,
    private readonly nowMs: () => number,
  ) {
    this.layout = kvUnifiedOf(target.argv);
    // The others have no such page.
    if ((target.engine ?? 'llama.cpp') !== 'llama.cpp') this.hasProps = false;
  }

  /** What is known about the server, or null before the first answer. */
  get facts(): LlamaProps | null {
    return this.props;
  }

  /** The server's own version, as it writes it; null: not told. */
  get engineVersion(): string | null {
    return this.props?.buildInfo ?? this.version;
  }

  /** The server itself has said in its output whether its cache is unified. */
  setUnified(kvUnified: boolean): void {
    this.layout = kvUnified;
  }

  /** Asks once. @throws Error when the server does not answer in time or answers an error. */
  async poll(traffic: ProxiedTraffic, options: EngineGetOptions): Promise<EnginePoll> {
    await this.refreshProps(options);
    const metrics = await this.readMetrics(options);
    this.kind = this.kindOf(metrics?.page ?? null);
    const processStart = metrics?.processStart ?? null;
    if (this.kind === null) return { engine: null, processStart, traffic };
    if (this.kind === 'llama.cpp') return await this.llama(metrics, traffic, options);
    const { page } = metrics!;
    await this.askVersion(options);
    if (this.kind === 'sglang') {
      return { engine: this.kind, processStart, metrics: sglangMetrics(page), traffic };
    }
    const maxSequences = numberFlag(this.target.argv, ['--max-num-seqs']);
    return { engine: this.kind, processStart, metrics: vllmMetrics(page), maxSequences, traffic };
  }

  private async llama(
    metrics: Page | null,
    traffic: ProxiedTraffic,
    options: EngineGetOptions,
  ): Promise<LlamaPoll> {
    const figures = metrics ? llamaMetrics(metrics.page) : null;
    const isBusy = traffic.inFlight > 0 || (figures?.busy ?? 0) > 0 || (figures?.queued ?? 0) > 0;
    const mayAsk = (isBusy || this.wasBusy) && this.props?.sleeping !== true;
    const slots = mayAsk ? await this.readSlots(options) : null;
    this.wasBusy = isBusy;
    return {
      engine: 'llama.cpp',
      processStart: metrics?.processStart ?? null,
      props: this.props,
      metrics: figures,
      slots,
      kvUnified: this.layout,
      traffic,
    };
  }

  /** vLLM and SGLang tell their version at a place of its own; it is asked once. */
  private async askVersion(options: EngineGetOptions): Promise<void> {
    if (this.isVersionAsked) return;
    this.isVersionAsked = true;
    const answer = await this.http.get(this.url('/version'), options).catch(() => null);
    if (answer?.status === 200) this.version = textOf(objectOf(parse(answer.body))['version']);
  }

  private async refreshProps(options: EngineGetOptions): Promise<void> {
    const isOld = this.nowMs() - this.propsAtMs >= PROPS_EVERY_MS;
    if (this.hasProps === false || !isOld) return;
    const answer = await this.http.get(this.url('/props'), options);
    if (answer.status === 200) this.props = llamaProps(parse(answer.body)) ?? this.props;
    this.hasProps = isSupported(answer.status) === false ? false : this.hasProps;
    this.propsAtMs = this.nowMs();
    this.hasMetrics ??= this.props?.metricsSupported === false ? false : null;
    this.hasSlots ??= this.props?.slotsSupported === false ? false : null;
  }

  private async readMetrics(options: EngineGetOptions): Promise<Page | null> {
    if (this.hasMetrics === false) return null;
    const answer = await this.http.get(this.url('/metrics'), options);
    this.hasMetrics = isSupported(answer.status);
    if (answer.status === 200) {
      const start = Number(answer.headers['process-start-time-unix'] ?? Number.NaN);
      const page = new MetricsPage(parseExposition(answer.body));
      return { page, processStart: Number.isFinite(start) ? start : startOf(page) };
    }
    if (this.hasMetrics === false) return null;
    throw new Error(`/metrics answered ${answer.status}`);
  }

  private async readSlots(options: EngineGetOptions): Promise<LlamaSlots | null> {
    if (this.hasSlots === false) return null;
    const answer = await this.http.get(this.url('/slots'), options);
    this.hasSlots = isSupported(answer.status);
    return answer.status === 200 ? llamaSlots(parse(answer.body), this.layout) : null;
  }

  private kindOf(page: MetricsPage | null): EngineKind | null {
    if (page?.hasPrefix('vllm:')) return 'vllm';
    if (page?.hasPrefix('sglang:')) return 'sglang';
    if (this.props !== null || page?.hasPrefix('llamacpp:')) return 'llama.cpp';
    return null;
  }

  private url(path: string): URL {
    return new URL(path.slice(1), withSlash(this.target.address));
  }
}

function withSlash(address: URL): URL {
  const base = new URL(address);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

function startOf(page: MetricsPage): number | null {
  return page.sum('process_start_time_seconds');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
