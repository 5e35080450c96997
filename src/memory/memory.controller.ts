import { Controller, Get, Inject, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { CLOCK, type Clock, formatRfc3339 } from '#lib/foundation';
import { DeviceBytes, ModelState } from '#lib/plugin-api';
import { queryOf } from '../http/query-of.js';
import { Documented } from '../openapi/documented.decorator.js';
import { afterOf, wholeNumber } from '../performance/performance-query.js';
import { DeviceShares, MemoryModel } from './memory-map.js';
import { MemoryHistory, MemoryPoint } from './memory.history.js';
import { MemoryReader } from './memory.reader.js';
import { MEMORY_HISTORY_SCHEMA, MEMORY_SCHEMA } from './memory.schema.js';

/** What a model uses, or has been seen or said to need. */
export interface ModelMemoryView {
  readonly model: string;
  readonly state: ModelState;
  /** Number of its processes; null when it has none here. */
  readonly processes: number | null;
  readonly residentBytes: number | null;
  readonly ownBytes: number | null;
  readonly cpuSeconds: number | null;
  /** Highest need per GPU; `*` names none. Null: not known. */
  readonly need: { readonly source: 'learned' | 'configured'; readonly bytes: DeviceBytes } | null;
}

/** Answer of `GET /api/v1/memory`. */
export interface MemoryView {
  readonly at: string;
  readonly devices: readonly DeviceShares[];
  readonly models: readonly ModelMemoryView[];
}

/** Answer of `GET /api/v1/memory/history`. */
export interface MemoryHistoryView {
  readonly points: readonly (Omit<MemoryPoint, 'atMs'> & { readonly at: string })[];
}

const MOST_POINTS = 10_000;

/** Tells which model holds how much memory of which device, now and before. */
@Controller('api/v1')
export class MemoryController {
  constructor(
    private readonly reader: MemoryReader,
    private readonly history: MemoryHistory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('memory')
  @Documented({
    summary: 'The memory of each GPU and of the machine, divided among the models that hold it.',
    answer: MEMORY_SCHEMA,
  })
  async map(): Promise<MemoryView> {
    const { devices, models } = await this.reader.read();
    return { at: formatRfc3339(this.clock.wallMs()), devices, models: models.map(viewOf) };
  }

  @Get('memory/history')
  @Documented({
    summary: 'Who held how much memory of which device, up to 24 hours back, every 15 s.',
    answer: MEMORY_HISTORY_SCHEMA,
    query: {
      after: 'RFC 3339; only later points.',
      max_points: 'Most points; where there are more, some in between are left out.',
    },
  })
  past(@Req() { raw }: FastifyRequest): MemoryHistoryView {
    const query = queryOf(raw);
    const most = wholeNumber(query, 'max_points', { least: 1, most: MOST_POINTS });
    const points = this.history.since(afterOf(query) ?? 0, most ?? MOST_POINTS);
    return {
      points: points.map(({ atMs, devices }) => ({ at: formatRfc3339(atMs), devices })),
    };
  }
}

function viewOf({ model, state, tree, learned, configured }: MemoryModel): ModelMemoryView {
  const source = learned ? 'learned' : 'configured';
  const bytes = learned ?? configured;
  return {
    model,
    state,
    processes: tree && tree.pids.length,
    residentBytes: tree && tree.residentBytes,
    ownBytes: tree && tree.ownBytes,
    cpuSeconds: tree && tree.cpuSeconds,
    need: bytes && { source, bytes },
  };
}
