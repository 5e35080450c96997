import { totalmem } from 'node:os';
import { parseDurationMs } from '#lib/config';
import { Clock, SystemClock } from '#lib/foundation';
import {
  EngineSample,
  GpuSnapshot,
  HostSample,
  LinuxHostSampler,
  NamedProbe,
  PerformanceMonitor,
  PortableHostSampler,
  SystemProbeWorld,
  compatibleGpu,
  compatibleHost,
  gpuView,
  hostView,
} from '#lib/monitor';
import { GpuProbePlugin, readPluginMetadata } from '#lib/plugin-api';
import { BUILT_IN_PLUGINS } from '../built-in-plugins.js';
import { UndiciEngineHttp } from '../monitoring/undici-engine.http.js';
import { CliIo } from './cli-io.interface.js';
import { EngineCheck } from './engine-check.js';
import { FlagSet } from './flag-set.js';
import { engineText, gpuText, hostText, probesText } from './monitor-text.js';
import { parseFlags } from './parse-flags.js';
import { TracedWorld } from './traced-world.js';

/** What the command is asked for. */
interface MonitorOptions {
  readonly periodMs: number;
  /** Goes on until it is interrupted. */
  readonly isStream: boolean;
  readonly isJson: boolean;
  /** Name of the only probe that is tried; empty for all. */
  readonly probe: string;
  /** Shows what the probes ask and what they are answered. */
  readonly isRaw: boolean;
  /** A model server that is asked too. */
  readonly engine: URL | null;
}

const MIN_PERIOD_MS = 1000;
const MAX_PERIOD_MS = 3_600_000;
/** Longest wait for the first GPU sample. */
const GPU_TIMEOUT_MS = 5000;

/**
 * `drover monitor`: shows what the sampler sees on this machine: one sample, or with `-stream` all of
 * them as they come.
 *
 * @returns 0 after a good sample of the machine, 1 without one, 2 for wrong arguments.
 */
export async function runMonitor(args: string[], io: CliIo): Promise<number> {
  const options = parseOptions(args, io);
  if (typeof options === 'number') return options;
  const names = builtInProbes().map(({ name }) => name);
  if (options.probe && !names.includes(options.probe)) {
    io.stderr.write(`there is no GPU probe "${options.probe}"; there are ${names.join(', ')}\n`);
    return 2;
  }
  const clock = new SystemClock();
  const view = new MonitorView(options, clock, io);
  return await view.run();
}

function parseOptions(args: string[], io: CliIo): MonitorOptions | number {
  const flags = new FlagSet('drover monitor [flags]');
  const parse = (text: string): number => {
    const periodMs = parseDurationMs(text);
    if (periodMs === null) throw new Error('want a duration such as 5s');
    return Math.min(MAX_PERIOD_MS, Math.max(MIN_PERIOD_MS, periodMs));
  };
  const help = 'Interval of the samples, 1s to 1h.';
  const period = flags.parsed('t', MIN_PERIOD_MS, {
    help,
    placeholder: 'duration',
    shownDefault: '1s',
    parse,
  });
  const stream = flags.boolean('stream', { help: 'Go on until interrupted.' });
  const once = flags.boolean('once', { help: 'One sample, then end; this is the default.' });
  const json = flags.boolean('json', { help: 'One JSON object per sample; unknown is null.' });
  const raw = flags.boolean('raw', {
    help: 'Show what the probes ask and what they are answered.',
  });
  const probe = flags.text('probe', '', { help: 'Try this GPU probe only.', placeholder: 'name' });
  const engine = flags.parsed<URL | null>('engine', null, {
    help: 'Ask this llama-server, vLLM or SGLang too; a key is read from DROVER_ENGINE_KEY.',
    placeholder: 'url',
    parse: (text) => {
      if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
      throw new Error('want an address such as http://127.0.0.1:8080');
    },
  });
  const rest = parseFlags(flags, args, io);
  if (typeof rest === 'number') return rest;
  if (rest.length > 0) {
    io.stderr.write(`what does "${rest[0]}" mean?\n${flags.usage()}`);
    return 2;
  }
  const isStream = stream.value && !once.value;
  return {
    periodMs: period.value,
    isStream,
    isJson: json.value,
    isRaw: raw.value,
    probe: probe.value,
    engine: engine.value,
  };
}

class MonitorView {
  private readonly monitor: PerformanceMonitor;
  private readonly firstHost = Promise.withResolvers<boolean>();
  private readonly firstGpus = Promise.withResolvers<void>();
  private readonly http = new UndiciEngineHttp();
  private readonly engine: EngineCheck | null;
  private readonly tools: SystemProbeWorld;
  private cancelTicks: (() => void) | null = null;

  constructor(
    private readonly options: MonitorOptions,
    clock: Clock,
    private readonly io: CliIo,
  ) {
    this.engine = this.engineCheck(clock);
    const { platform } = process;
    this.tools = new SystemProbeWorld(clock, io.env, platform);
    const tell = (line: string): void => void io.stderr.write(`${line}\n`);
    const world = options.isRaw ? new TracedWorld(this.tools, tell) : this.tools;
    this.monitor = new PerformanceMonitor({
      clock,
      ticker: {
        start: (periodMs, tick) => {
          const timer = setInterval(tick, periodMs);
          this.cancelTicks = () => clearInterval(timer);
        },
        stop: () => this.cancelTicks?.(),
      },
      host: platform === 'linux' ? new LinuxHostSampler() : new PortableHostSampler(platform),
      probes: builtInProbes().filter(({ name }) => !options.probe || name === options.probe),
      context: (periodMs) => {
        return { periodMs, platform, env: io.env, memoryTotalBytes: totalmem(), world };
      },
      disks: async () => [],
      log: (message) => this.log(message),
      onHost: (sample) => this.showHost(sample),
      onGpus: (snapshot) => this.showGpus(snapshot),
    });
  }

  async run(): Promise<number> {
    await this.monitor.configure({ isEnabled: true, periodMs: this.options.periodMs });
    this.engine?.start();
    const isGood = await this.firstHost.promise;
    if (isGood && this.options.isStream) await interrupted();
    else if (isGood) {
      await Promise.all([this.waitForGpus(), this.engine?.first]);
      this.showProbes();
    }
    await Promise.all([this.monitor.close(), this.engine?.stop()]);
    await Promise.all([this.tools.close(), this.http.onModuleDestroy()]);
    return isGood ? 0 : 1;
  }

  private engineCheck(clock: Clock): EngineCheck | null {
    const { engine: address, periodMs } = this.options;
    if (!address) return null;
    const apiKey = this.io.env['DROVER_ENGINE_KEY'] ?? null;
    const show = (sample: EngineSample): void => {
      this.show({ engine: { address, ...sample } }, () => engineText(address, sample));
    };
    return new EngineCheck({ address, periodMs, apiKey }, { clock, http: this.http, show });
  }

  /** A machine without any tool has nothing to wait for. */
  private async waitForGpus(): Promise<void> {
    const timeout = Promise.withResolvers<'timeout'>();
    const timer = setTimeout(() => timeout.resolve('timeout'), GPU_TIMEOUT_MS);
    const poll = setInterval(() => this.endWithoutTools(), 50);
    const outcome = await Promise.race([this.firstGpus.promise, timeout.promise]);
    clearTimeout(timer);
    clearInterval(poll);
    if (outcome !== 'timeout') return;
    const out = this.options.isJson ? this.io.stderr : this.io.stdout;
    out.write('GPU: timed out waiting for stats\n');
  }

  private showProbes(): void {
    const probes = this.monitor.probes();
    const plain = probes.map((probe) => ({ ...probe, errors: Object.fromEntries(probe.errors) }));
    this.show({ probes: plain }, () => probesText(probes));
  }

  private endWithoutTools(): void {
    const states = this.monitor.probes().map(({ state }) => state);
    if (states.every((state) => state === 'absent' || state === 'failed')) this.firstGpus.resolve();
  }

  private log(message: string): void {
    if (message.startsWith('the machine cannot be sampled')) {
      this.io.stderr.write(`Sys Error: ${message}\n`);
      this.firstHost.resolve(false);
    } else this.io.stderr.write(`${message}\n`);
  }

  private showHost(sample: HostSample): void {
    const time = new Date(sample.atMs).toTimeString().slice(0, 8);
    this.show({ system: hostView(sample) }, () => hostText(compatibleHost(sample), time));
    this.firstHost.resolve(true);
  }

  private showGpus({ readings }: GpuSnapshot): void {
    this.show({ gpus: readings.map(gpuView) }, () =>
      readings
        .map(compatibleGpu)
        .flatMap((gpu) => (gpu ? [gpuText(gpu)] : []))
        .join(''),
    );
    this.firstGpus.resolve();
  }

  private show(value: object, text: () => string): void {
    this.io.stdout.write(this.options.isJson ? `${JSON.stringify(value)}\n` : text());
  }
}

function builtInProbes(): readonly NamedProbe[] {
  return BUILT_IN_PLUGINS.flatMap((type) => {
    const metadata = readPluginMetadata(type);
    if (metadata?.kind !== 'gpu-probe') return [];
    return [{ name: metadata.name, probe: new type() as GpuProbePlugin }];
  });
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
