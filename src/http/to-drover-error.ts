import { HttpException } from '@nestjs/common';
import { DroverError, ErrorCode } from '#lib/foundation';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'BODY_TOO_LARGE',
  503: 'SHUTTING_DOWN',
};

/**
 * The coded error for anything that was thrown. What the HTTP layer refused keeps its text; anything
 * else becomes INTERNAL, whose text says nothing about the inside.
 */
export function toDroverError(failure: unknown): DroverError {
  if (failure instanceof DroverError) return failure;
  const status = statusOf(failure);
  if (status !== null && status < 500) {
    const code = BY_STATUS[status] ?? 'BAD_REQUEST';
    return new DroverError(code, sentenceOf(failure), { cause: failure });
  }
  const detail = failure instanceof Error ? failure.message : String(failure);
  return new DroverError('INTERNAL', 'something in Drover failed; its log says what', {
    cause: failure,
    detail,
  });
}

function statusOf(failure: unknown): number | null {
  if (failure instanceof HttpException) return failure.getStatus();
  if (!(failure instanceof Error) || !('statusCode' in failure)) return null;
  // Fastify marks its own refusals with a code; other libraries' status codes are not for clients.
  const isFastify = 'code' in failure && String(failure.code).startsWith('FST_');
  return isFastify && typeof failure.statusCode === 'number' ? failure.statusCode : null;
}

function sentenceOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : 'the request was refused';
}
