import { Controller, Get, Param, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { CaptureRecorder } from './capture.recorder.js';
import { captureView } from './capture-view.js';
import { Documented } from '../openapi/documented.decorator.js';
import { CAPTURE_SCHEMA } from './captures.schemas.js';

/** Shows captured requests and answers. */
@Controller('api/captures')
export class CapturesController {
  constructor(
    private readonly captures: CaptureRecorder,
    private readonly config: ConfigStore,
  ) {}

  @Get(':id')
  @Documented({ summary: 'A captured request and its answer.', answer: CAPTURE_SCHEMA })
  one(@Param('id') text: string, @Res() reply: FastifyReply): void {
    const id = Number(text);
    if (!/^[+-]?\d{1,18}$/.test(text)) throw new DroverError('BAD_REQUEST', 'invalid capture ID');
    const capture = this.captures.get(id);
    if (!capture) throw new DroverError('NOT_FOUND', 'capture not found');
    const view = captureView(id, capture, this.config.current.captureRedactHeaders);
    void reply.header('Content-Type', 'application/json').send(Buffer.from(JSON.stringify(view)));
  }
}
