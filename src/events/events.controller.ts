import { ServerResponse } from 'node:http';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Client } from '../access/client.interface.js';
import { Documented } from '../openapi/documented.decorator.js';
import { EventHub } from './event.hub.js';
import { EVENT_TOPICS, EventTopic, readTopics } from './event-topics.js';

const EVENTS =
  'Each event is `event:message` with the data `{"type": …, "data": …}`; `data` is JSON text. ' +
  `Types: ${EVENT_TOPICS.join(', ')}.`;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
};

/** The event stream: logs, models, requests in flight, activity. */
@Controller('api/events')
export class EventsController {
  constructor(private readonly hub: EventHub) {}

  @Get()
  @Documented({
    summary: 'Live events as server-sent events.',
    description: EVENTS,
    mediaType: 'text/event-stream',
    query: { topics: 'Names of topics, separated by commas; all of them without it.' },
  })
  stream(
    @Req() request: FastifyRequest,
    @Query('topics') parameter: string | string[] | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const topics = allowedTopics(readTopics(parameter), request.access?.client ?? null);
    const response = reply.hijack().raw;
    writeHead(response, request.raw.httpVersionMajor);
    if (request.method === 'HEAD') response.end();
    else this.hub.attach(response, topics);
  }
}

/** Logs may hold anything that a model's server writes: they need the right that `/logs` needs. */
function allowedTopics(
  topics: ReadonlySet<EventTopic>,
  client: Client | null,
): ReadonlySet<EventTopic> {
  if (client?.scopes.has('operate')) return topics;
  return new Set([...topics].filter((topic) => topic !== 'logData'));
}

function writeHead(response: ServerResponse, httpVersion: number): void {
  // HTTP/2 forbids headers about the connection (RFC 9113, 8.2.2).
  response.writeHead(200, httpVersion < 2 ? { ...HEADERS, Connection: 'keep-alive' } : HEADERS);
  response.flushHeaders();
}
