import { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { errorAnswer } from './error-answer.js';
import { requestIdOf } from './request-ids.js';
import { toDroverError } from './to-drover-error.js';

/** Answers requests that failed, whatever the reason, without telling a client too much. */
@Injectable()
export class ErrorResponder {
  constructor(@Inject(Logger) private readonly logger: Logger) {}

  /** Writes the error, or cuts the connection when an answer has begun already. */
  respond(request: IncomingMessage, response: ServerResponse, failure: unknown): void {
    const error = toDroverError(failure);
    this.log(request, error);
    if (response.destroyed || response.writableEnded) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const path = request.url ?? '/';
    const { status, headers, body } = errorAnswer(error, { accept: request.headers.accept, path });
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.writeHead(status);
    response.end(body);
  }

  private log(request: IncomingMessage, error: DroverError): void {
    if (error.code === 'CANCELLED') return;
    const path = (request.url ?? '').replace(/\?.*/s, '');
    const detail = error.detail === undefined ? '' : ` (${error.detail})`;
    const id = requestIdOf(request);
    const named = id === null ? '' : ` id=${id}`;
    const text = `${request.method} ${path}: ${error.message}${detail}${named}`;
    if (error.code === 'INTERNAL') this.logger.error(text, stackOf(error.cause));
    else if (error.entry.status >= 500) this.logger.warn(text);
    else this.logger.debug(text);
  }
}

function stackOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.stack : undefined;
}
