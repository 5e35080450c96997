import { DroverError } from '#lib/foundation';
import { Failure } from '#lib/plugin-api';

/** The model is not configured (any more). */
export function modelNotFound(model: string): DroverError {
  return new DroverError('MODEL_NOT_FOUND', `no router for requested model ${model}`);
}

/** More requests than the model's limits allow. */
export function tooManyRequests(retryAfterSeconds: number): DroverError {
  return new DroverError('CONCURRENCY_LIMIT', 'Too many requests', { retryAfterSeconds });
}

/** The client left, or the request was cancelled, before it got its model. */
export function clientLeft(model: string): DroverError {
  return new DroverError(
    'CANCELLED',
    `the request was cancelled while it waited for model ${model}`,
  );
}

/** The model's server ended between readiness and grant. */
export function notReady(model: string): DroverError {
  return new DroverError('MODEL_NOT_READY', `[${model}] process is not ready`);
}

/** Drover is ending. */
export function shuttingDown(): DroverError {
  return new DroverError('SHUTTING_DOWN', 'Drover is shutting down');
}

/** What a waiting request is told when it ends without its model. */
export function failureError(model: string, failure: Failure): DroverError {
  if (failure.kind === 'shutting-down') return shuttingDown();
  if (failure.kind === 'unloaded') {
    return new DroverError(
      'MODEL_UNLOADED',
      `[${model}] model unloaded while the request waited for it; try again`,
    );
  }
  const { error } = failure;
  if (error instanceof DroverError) return error;
  const text = `model ${model} could not be started: ${error.message}`;
  return new DroverError('MODEL_START_FAILED', text, { cause: error });
}
