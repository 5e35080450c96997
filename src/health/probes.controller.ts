import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ProbeRoute } from '../http/route-flags.js';
import { Documented } from '../openapi/documented.decorator.js';
import { OK_TEXT } from '../openapi/schemas.js';
import { HealthBoard, ProbeName } from './health.board.js';
import { probeAnswer } from './probe-answer.js';

const DOCUMENT = {
  description: 'One word and reasons; 503 when something has failed. JSON with `verbose`.',
  query: { verbose: 'Answers with each check as JSON.' },
  mediaType: OK_TEXT,
};

/** Probes for orchestrators and gateways; none of them asks a model. */
@Controller()
export class ProbesController {
  constructor(private readonly board: HealthBoard) {}

  @Get('livez')
  @Documented({ summary: 'Whether the program lives.', ...DOCUMENT })
  @ProbeRoute()
  live(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answer('live', request, reply);
  }

  @Get('readyz')
  @Documented({ summary: 'Whether requests should be sent here.', ...DOCUMENT })
  @ProbeRoute()
  ready(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answer('ready', request, reply);
  }

  @Get('startupz')
  @Documented({ summary: 'Whether the start is over.', ...DOCUMENT })
  @ProbeRoute()
  startup(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answer('startup', request, reply);
  }

  private answer(probe: ProbeName, { raw }: FastifyRequest, reply: FastifyReply): void {
    const { status, contentType, body } = probeAnswer(this.board.look(probe), raw.url ?? '');
    void reply.status(status).type(contentType).header('Cache-Control', 'no-store').send(body);
  }
}
