import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { compatiblePerformance, gpuView } from '#lib/monitor';
import { queryOf } from '../http/query-of.js';
import { HardwareService } from './hardware.service.js';
import { coarseHistory, everySample } from './performance-history.js';
import { afterOf, resolutionOf, wholeNumber } from './performance-query.js';
import { PerformanceService } from './performance.service.js';
import { Documented } from '../openapi/documented.decorator.js';
import {
  COMPATIBLE_PERFORMANCE_SCHEMA,
  HARDWARE_SCHEMA,
  PERFORMANCE_OFF_SCHEMA,
  PERFORMANCE_SCHEMA,
} from './performance.schemas.js';
import { parameter, TIME, WHOLE } from '../openapi/schemas.js';

const AFTER = { after: parameter('Only later samples.', TIME) };
const RESOLUTION = {
  step: 'A duration such as `5m`: means and largest values per step, over up to 24 hours.',
  max_points: parameter('Most points; as coarse as that needs, over up to 24 hours.', {
    ...WHOLE,
    minimum: 1,
  }),
  gpu: 'Only this device.',
};

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
    query: { ...AFTER, ...RESOLUTION },
  })
  all(@Req() { raw }: FastifyRequest): object {
    const query = queryOf(raw);
    const after = afterOf(query);
    const gpu = wholeNumber(query, 'gpu', { least: 0, most: 1000 });
    const { monitor } = this.performance;
    const current = new Set(monitor.currentGpus().map(({ id }) => id));
    const resolution = resolutionOf(query);
    const isWanted = ({ id }: { id: number }): boolean => gpu === null || id === gpu;
    return {
      enabled: monitor.isEnabled,
      probes: monitor.probes().map((probe) => ({
        ...probe,
        errors: Object.fromEntries(probe.errors),
      })),
      ...(resolution === null
        ? everySample(monitor.samples, after, isWanted)
        : coarseHistory(monitor.samples, after, { resolution, isWanted })),
      latest: monitor.samples
        .latestGpus()
        .filter(isWanted)
        .map((reading) => ({ ...gpuView(reading), stale: !current.has(reading.id) })),
    };
  }

  @Get('api/hardware')
  @Documented({
    summary: 'How this machine is built, and why a GPU probe is silent.',
    answer: HARDWARE_SCHEMA,
    query: { refresh: 'Looks anew.' },
  })
  async machine(@Req() { raw }: FastifyRequest): Promise<object> {
    const snapshot = await this.hardware.snapshot(queryOf(raw).has('refresh'));
    const probes = this.performance.monitor.probes();
    return {
      ...snapshot,
      probes: probes.map(({ name, state, detail }) => ({ name, state, detail })),
    };
  }
}
