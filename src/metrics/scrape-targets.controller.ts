import { Controller, Get, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Documented } from '../openapi/documented.decorator.js';
import { LlamaMetricsService } from '../monitoring/llama-metrics.service.js';
import { listOf, mapOf, named, objectOf, TEXT } from '../openapi/schemas.js';

/** A group of targets as Prometheus discovers them over HTTP (`http_sd_config`). */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const TARGETS_SCHEMA = named(
  'ScrapeTargets',
  listOf(objectOf({ targets: listOf(TEXT), labels: mapOf(TEXT) })),
);

/** Tells Prometheus where the engines' own pages are: behind Drover, at its address. */
@Controller('api/v1/prometheus')
export class ScrapeTargetsController {
  constructor(private readonly engines: LlamaMetricsService) {}

  @Get('targets')
  @Documented({
    summary: "The engines' own metrics pages, for Prometheus to discover over HTTP.",
    answer: TARGETS_SCHEMA,
  })
  targets(@Req() { headers, protocol }: FastifyRequest): readonly TargetGroup[] {
    const host = headers.host ?? headers[':authority']?.toString();
    if (host === undefined) return [];
    return this.engines.models().flatMap((model) => {
      const engine = this.engines.latest(model)?.engine;
      if (!engine) return [];
      const path = `/api/v1/llama/models/${encodeURIComponent(model)}/metrics/raw`;
      const labels = { __scheme__: protocol, __metrics_path__: path, model, engine };
      return [{ targets: [host], labels }];
    });
  }
}
