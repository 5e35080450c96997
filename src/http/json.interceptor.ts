import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { map, Observable } from 'rxjs';

/** Sends objects as one line of JSON with a line end, under a Content-Type without parameters. */
@Injectable()
export class JsonInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(map((value: unknown) => toJson(reply, value)));
  }
}

function toJson(reply: FastifyReply, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  void reply.header('Content-Type', 'application/json');
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
