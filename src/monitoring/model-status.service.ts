import { Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig } from '#lib/config';
import { formatRfc3339 } from '#lib/foundation';
import { isResident } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { LlamaMetricsService } from './llama-metrics.service.js';

/** State of one model for the monitoring page. */
export interface ModelStatus {
  readonly modelName: string;
  readonly state: string;
  readonly isRunning: boolean;
  readonly pid: number | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly startedAt: string | null;
  readonly uptimeSeconds: number | null;
  readonly loadSeconds: number | null;
  /** Whether Drover starts and stops it. */
  readonly managed: boolean;
  readonly polling: boolean;
  readonly error: string | null;
}

/** Tells the state of single models. */
@Injectable()
export class ModelStatusService {
  constructor(
    private readonly config: ConfigStore,
    private readonly processes: ProcessService,
    private readonly engines: LlamaMetricsService,
  ) {}

  /** A configured model or a registered server. */
  of(model: string): ModelStatus {
    const config = this.config.current.models.get(model);
    return config ? this.configured(config) : this.foreign(model);
  }

  /** One configured model. */
  configured(config: ModelConfig): ModelStatus {
    const { id } = config;
    const process = this.processes.get(id);
    const state = process?.state ?? 'stopped';
    const pid = process?.details['pid'];
    const loadMs = this.processes.times(id).loadMs;
    const isRunning = isResident(state);
    return {
      modelName: id,
      state,
      isRunning,
      pid: typeof pid === 'number' ? pid : null,
      ...hostAndPort(process?.upstream?.href ?? config.proxy),
      ...this.uptime(id),
      loadSeconds: isRunning && loadMs !== null ? loadMs / 1000 : null,
      managed: true,
      polling: this.engines.intervalMs(id) !== null,
      error: this.engines.latest(id)?.error ?? null,
    };
  }

  /** One registered server. */
  foreign(name: string): ModelStatus {
    const sample = this.engines.latest(name);
    const isUp = sample?.ok ?? false;
    return {
      modelName: name,
      state: isUp ? 'ready' : 'stopped',
      isRunning: isUp,
      pid: null,
      ...hostAndPort(this.engines.address(name)?.href ?? ''),
      ...this.uptime(name),
      loadSeconds: null,
      managed: false,
      polling: this.engines.intervalMs(name) !== null,
      error: sample?.error ?? null,
    };
  }

  private uptime(model: string): Pick<ModelStatus, 'startedAt' | 'uptimeSeconds'> {
    const startedMs = this.engines.startedMs(model);
    const upMs = this.engines.upMs(model);
    if (startedMs === null || upMs === null) return { startedAt: null, uptimeSeconds: null };
    return { startedAt: formatRfc3339(startedMs), uptimeSeconds: Math.floor(upMs / 1000) };
  }
}

/** Host and port of an address; null for one that cannot be read. */
export function hostAndPort(address: string): Pick<ModelStatus, 'host' | 'port'> {
  if (!URL.canParse(address)) return { host: null, port: null };
  const { hostname, port, protocol } = new URL(address);
  return { host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}
