import { ServerResponse } from 'node:http';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Documented } from '../openapi/documented.decorator.js';
import { LIVE_EVENT_TYPES, readTypes } from './live-event.js';
import { LiveEventHub } from './live-event.hub.js';

const EVENTS =
  'Each event has its type as `event`, JSON as `data` and an `id`; a client that comes back with ' +
  '`Last-Event-ID` within five minutes gets what it has missed. ' +
  `Types: ${LIVE_EVENT_TYPES.join(', ')}.`;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
};

/** Live events in plain JSON, with a memory of five minutes. */
@Controller('api/v1/events')
export class LiveEventsController {
  constructor(private readonly hub: LiveEventHub) {}

  @Get()
  @Documented({
    summary: 'Live events as server-sent events that can be resumed.',
    description: EVENTS,
    mediaType: 'text/event-stream',
    query: { types: 'Names of types, separated by commas; all of them without it.' },
  })
  stream(
    @Req() request: FastifyRequest,
    @Query('types') parameter: string | string[] | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const types = readTypes(parameter);
    const lastId = [request.headers['last-event-id']].flat()[0] ?? null;
    const response = reply.hijack().raw;
    writeHead(response, request.raw.httpVersionMajor);
    if (request.method === 'HEAD') response.end();
    else this.hub.attach(response, { types, lastId });
  }
}

function writeHead(response: ServerResponse, httpVersion: number): void {
  // HTTP/2 forbids headers about the connection (RFC 9113, 8.2.2).
  response.writeHead(200, httpVersion < 2 ? { ...HEADERS, Connection: 'keep-alive' } : HEADERS);
  response.flushHeaders();
}
