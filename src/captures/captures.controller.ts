import { Controller, Get, Param, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { Capture } from '#lib/activity';
import { DroverError } from '#lib/foundation';
import { CaptureRecorder } from './capture.recorder.js';
import { Documented } from '../openapi/documented.decorator.js';

/** One capture over HTTP; bodies are Base64, null when not captured. */
export interface CaptureView {
  readonly id: number;
  readonly req_path: string;
  readonly req_headers: Readonly<Record<string, string>>;
  readonly req_body: string | null;
  readonly resp_headers: Readonly<Record<string, string>>;
  readonly resp_body: string | null;
  /** Which bodies miss their end; absent when both are whole. */
  readonly truncated?: readonly ('request' | 'response')[];
}

/** Shows captured requests and answers. */
@Controller('api/captures')
export class CapturesController {
  constructor(private readonly captures: CaptureRecorder) {}

  @Get(':id')
  @Documented({ summary: 'A captured request and its answer.' })
  one(@Param('id') text: string, @Res() reply: FastifyReply): void {
    const id = Number(text);
    if (!/^[+-]?\d{1,18}$/.test(text)) throw new DroverError('BAD_REQUEST', 'invalid capture ID');
    const capture = this.captures.store.get(id);
    if (!capture) throw new DroverError('NOT_FOUND', 'capture not found');
    const body = JSON.stringify(viewOf(id, capture));
    void reply.header('Content-Type', 'application/json').send(Buffer.from(body));
  }
}

function viewOf(id: number, capture: Capture): CaptureView {
  const truncated = [
    ...(capture.isRequestCut ? ['request' as const] : []),
    ...(capture.isResponseCut ? ['response' as const] : []),
  ];
  return {
    id,
    req_path: capture.path,
    req_headers: capture.requestHeaders,
    req_body: capture.requestBody?.toString('base64') ?? null,
    resp_headers: capture.responseHeaders,
    resp_body: capture.responseBody?.toString('base64') ?? null,
    ...(truncated.length > 0 ? { truncated } : {}),
  };
}
