import { ArgumentsHost, Catch, ExceptionFilter, NotFoundException } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorResponder } from './error-responder.js';
import { RouteTable } from './route-table.js';

/** The last resort: everything thrown while a request is handled becomes an answer here. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly errors: ErrorResponder,
    private readonly routes: RouteTable,
  ) {}

  catch(failure: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    reply.hijack();
    if (failure instanceof NotFoundException && request.is404) {
      this.routes.answerUnknown(request.raw, reply.raw, this.errors);
    } else this.errors.respond(request.raw, reply.raw, failure);
  }
}
