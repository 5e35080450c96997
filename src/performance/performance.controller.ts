import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DroverError, parseRfc3339 } from '#lib/foundation';
import { type HardwareSnapshot, compatiblePerformance, gpuView, hostView } from '#lib/monitor';
import { queryOf } from '../http/query-of.js';
import { HardwareService } from './hardware.service.js';
import { PerformanceService } from './performance.service.js';
import { Documented } from '../openapi/documented.decorator.js';
import {
  COMPATIBLE_PERFORMANCE_SCHEMA,
  HARDWARE_SCHEMA,
  PERFORMANCE_OFF_SCHEMA,
  PERFORMANCE_SCHEMA,
} from './performance.schemas.js';

const AFTER = { after: 'RFC 3339; only later samples.' };

/** Samples of the machine and its GPUs, and how it is built. */
@Controller()
export class PerformanceController {
  constructor(
    private readonly performance: PerformanceService,
    private readonly hardware: HardwareService,
  ) {}

  @Get('api/performance')
  @Documented({
    summary: 'Samples of the machine and its GPUs in the compatible form.',
    answer: COMPATIBLE_PERFORMANCE_SCHEMA,
    others: { 503: PERFORMANCE_OFF_SCHEMA },
    query: AFTER,
  })
  compatible(
    @Req() { raw }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const after = afterOf(queryOf(raw));
    const { monitor } = this.performance;
    if (!monitor.hasStarted) {
      void reply.status(503);
      return { enabled: false };
    }
    return compatiblePerformance(monitor.samples, monitor.isEnabled, after);
  }

  @Get('api/v1/performance')
  @Documented({
    summary: 'Samples of the machine and its GPUs; unknown is null.',
    answer: PERFORMANCE_SCHEMA,
    query: AFTER,
  })
  all(@Req() { raw }: FastifyRequest): object {
    const after = afterOf(queryOf(raw));
    const { monitor } = this.performance;
    const current = new Set(monitor.currentGpus().map(({ id }) => id));
    return {
      enabled: monitor.isEnabled,
      probes: monitor.probes().map((probe) => ({
        ...probe,
        errors: Object.fromEntries(probe.errors),
      })),
      system: monitor.samples.hostsAfter(after).map(hostView),
      gpus: monitor.samples.gpusAfter(after).map(({ atMs, readings }) => ({
        timestamp: new Date(atMs).toISOString(),
        devices: readings.map(gpuView),
      })),
      latest: monitor.samples.latestGpus().map((reading) => ({
        ...gpuView(reading),
        stale: !current.has(reading.id),
      })),
    };
  }

  @Get('api/hardware')
  @Documented({
    summary: 'How this machine is built.',
    answer: HARDWARE_SCHEMA,
    query: { refresh: 'Looks anew.' },
  })
  async machine(@Req() { raw }: FastifyRequest): Promise<HardwareSnapshot> {
    return await this.hardware.snapshot(queryOf(raw).has('refresh'));
  }
}

function afterOf(query: URLSearchParams): number | null {
  const text = query.get('after');
  if (!text) return null;
  const afterMs = parseRfc3339(text);
  if (afterMs !== null) return afterMs;
  throw new DroverError('BAD_REQUEST', "invalid 'after' timestamp, use RFC3339 format");
}
