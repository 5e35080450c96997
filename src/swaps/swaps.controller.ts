import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { Plan, WaitReason } from '#lib/plugin-api';
import { RouterService, SwapDecision, SwapDecisions } from '#lib/router';
import { PAIRS_SCHEMA } from './plan-pairs.schema.js';
import { PlanPairs, planPairs } from './plan-pairs.js';
import { readPlanRequest } from './plan.request.js';
import { StateChangingRoute } from '../http/route-flags.js';
import { Documented } from '../openapi/documented.decorator.js';
import { DONE_SCHEMA } from '../openapi/schemas.js';
import { PLAN_REQUEST_SCHEMA, PLAN_SCHEMA, SWAPS_SCHEMA } from './swaps.schemas.js';

/** One decision over HTTP; the time is RFC 3339. */
export interface SwapDecisionView extends Omit<SwapDecision, 'atMs'> {
  readonly at: string;
}

/** Requests that wait for one model, and why. */
export interface WaitingView {
  readonly model: string;
  readonly requests: number;
  /** Null when the scheduler does not say. */
  readonly reason: WaitReason | null;
}

/** What would happen if a model were asked for. */
export interface PlanView extends Required<Pick<Plan, 'evict'>> {
  readonly request: string;
  readonly choice: string | null;
  readonly cost: number | null;
  readonly candidates: NonNullable<Plan['candidates']>;
}

/** Tells why models were swapped and why requests wait, and answers what would be. */
@Controller('api/v1')
export class SwapsController {
  constructor(
    private readonly router: RouterService,
    private readonly decisions: SwapDecisions,
  ) {}

  /** The latest decisions, newest first, and what waits at the moment. */
  @Get('swaps')
  @Documented({
    summary: 'The latest swap decisions, newest first, and what waits.',
    answer: SWAPS_SCHEMA,
  })
  swaps(): { swaps: SwapDecisionView[]; waiting: WaitingView[] } {
    return { swaps: this.decisions.list().map(viewOf), waiting: this.waiting() };
  }

  /** What would be evicted; nothing happens. */
  @Post('plan')
  @HttpCode(200)
  @Documented({
    summary: 'What would be evicted for a model; nothing happens.',
    body: PLAN_REQUEST_SCHEMA,
    answer: PLAN_SCHEMA,
  })
  plan(@Body() body: unknown): PlanView {
    const { request, running } = readPlanRequest(body);
    const target = this.localModel(request);
    const resident = running?.map((name) => this.localModel(name)) ?? null;
    const { evict, choice, cost, candidates } = this.router.whatIf(target, resident);
    return {
      request: target,
      evict,
      choice: choice ?? null,
      cost: cost ?? null,
      candidates: candidates ?? [],
    };
  }

  /** Which models can run beside each other, as the planner sees it. */
  @Get('plan/pairs')
  @Documented({
    summary: 'For each pair of local models whether asking for one would stop the other.',
    answer: PAIRS_SCHEMA,
  })
  pairs(@Query('model') model?: string | string[]): Promise<PlanPairs> {
    const names = model ?? this.router.snapshot().models.map((one) => one.model);
    const models = [names].flat().map((name) => this.localModel(name));
    return planPairs(
      models,
      (request, running) => this.router.whatIf(request, running),
      () => new Promise((resolve) => void setImmediate(resolve)),
    );
  }

  /** Serves who waits for a model before others; what runs is not interrupted. */
  @Post('queue/:model/prefer')
  @HttpCode(200)
  @StateChangingRoute()
  @Documented({
    summary: 'Moves the requests that wait for a model to the front of the queue.',
    answer: DONE_SCHEMA,
  })
  prefer(@Param('model') name: string): { msg: string } {
    const model = this.localModel(name);
    if (this.router.prefer(model)) return { msg: 'ok' };
    throw new DroverError(
      'NOT_FOUND',
      `nothing in the queue waits for "${model}", or the scheduler in use keeps to its own order`,
    );
  }

  private waiting(): WaitingView[] {
    const { queue, waitReasons } = this.router.snapshot().scheduler;
    const counts = new Map<string, number>();
    for (const { model } of queue) counts.set(model, (counts.get(model) ?? 0) + 1);
    return [...counts].map(([model, requests]) => {
      return { model, requests, reason: waitReasons?.get(model) ?? null };
    });
  }

  private localModel(name: string): string {
    const resolved = this.router.resolve(name);
    if (resolved?.kind === 'local') return resolved.model;
    throw new DroverError('MODEL_NOT_FOUND', `there is no local model "${name}"`);
  }
}

function viewOf({ atMs, ...decision }: SwapDecision): SwapDecisionView {
  return { ...decision, at: new Date(atMs).toISOString() };
}
