import { Inject, Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { ENGINE_HTTP, EngineAnswer, type EngineHttp } from '#lib/monitor';
import { LlamaMetricsService } from './llama-metrics.service.js';

const TIMEOUT_MS = 5000;

/** Hands on the engines' own metrics pages. */
@Injectable()
export class EnginePages {
  constructor(
    private readonly engines: LlamaMetricsService,
    @Inject(ENGINE_HTTP) private readonly http: EngineHttp,
  ) {}

  /** The page as it is. @throws DroverError MODEL_NOT_READY, UPSTREAM_UNREACHABLE */
  async metricsOf(model: string): Promise<EngineAnswer> {
    const target = this.engines.target(model);
    if (!target) throw new DroverError('MODEL_NOT_READY', `${model} is not running`);
    const { address, apiKey } = target;
    const url = new URL('metrics', address.href.endsWith('/') ? address : `${address.href}/`);
    const { signal } = new AbortController();
    try {
      return await this.http.get(url, { timeoutMs: TIMEOUT_MS, signal, apiKey });
    } catch (error) {
      throw new DroverError('UPSTREAM_UNREACHABLE', `${model} has not answered`, { cause: error });
    }
  }
}
