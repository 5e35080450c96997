import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ProbeRoute } from '../http/route-flags.js';
import { Documented, JsonSchema } from '../openapi/documented.decorator.js';
import { HealthBoard, ProbeName } from './health.board.js';
import { probeAnswer } from './probe-answer.js';

const VERBOSE = { verbose: 'Answers with each check as JSON.' };

const STATUS = { enum: ['ok', 'degraded', 'failed'] };

const VIEW: JsonSchema = {
  type: 'object',
  properties: {
    status: STATUS,
    checks: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: { status: STATUS, reason: { type: 'string' } },
        required: ['status'],
      },
    },
  },
  required: ['status', 'checks'],
};

/** Probes for orchestrators and gateways; none of them asks a model. */
@Controller()
export class ProbesController {
  constructor(private readonly board: HealthBoard) {}

  @Get('livez')
  @Documented({ summary: 'Whether the program lives.', query: VERBOSE, answer: VIEW })
  @ProbeRoute()
  live(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answer('live', request, reply);
  }

  @Get('readyz')
  @Documented({
    summary: 'Whether requests should be sent here: 503 before and after its time.',
    query: VERBOSE,
    answer: VIEW,
  })
  @ProbeRoute()
  ready(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answer('ready', request, reply);
  }

  @Get('startupz')
  @Documented({ summary: 'Whether the start is over.', query: VERBOSE, answer: VIEW })
  @ProbeRoute()
  startup(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answer('startup', request, reply);
  }

  private answer(probe: ProbeName, { raw }: FastifyRequest, reply: FastifyReply): void {
    const { status, contentType, body } = probeAnswer(this.board.look(probe), raw.url ?? '');
    void reply.status(status).type(contentType).header('Cache-Control', 'no-store').send(body);
  }
}
