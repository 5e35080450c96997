import { DroverError, redactCommand } from '#lib/foundation';
import { RuntimeExit } from '#lib/plugin-api';
import { durationText } from './duration-text.js';

/** A failed start of `model` with a reason that is safe to show and a detail for the log alone. */
export function startFailed(model: string, reason: string, detail?: string): DroverError {
  const shown = detail === undefined ? {} : { detail: redactCommand(detail) };
  return new DroverError('MODEL_START_FAILED', `[${model}] ${reason}`, shown);
}

/** The model was not ready in time; `detail` is what was found last, for the log alone. */
export function healthCheckTimedOut(model: string, timeoutMs: number, detail: string): DroverError {
  const text = `[${model}] health check timed out after ${durationText(timeoutMs / 1000)}`;
  return new DroverError('HEALTH_CHECK_TIMEOUT', text, { detail: redactCommand(detail) });
}

/** A stop came in between. */
export function startAborted(model: string): DroverError {
  return new DroverError('MODEL_START_ABORTED', `[${model}] aborted`, { retryAfterSeconds: 1 });
}

/** The process takes no start any more. */
export function shutDown(model: string): DroverError {
  return new DroverError('SHUTTING_DOWN', `[${model}] shutdown`, { retryAfterSeconds: 1 });
}

/** How a server ended, in words. */
export function exitText(exit: RuntimeExit | null): string {
  if (!exit || (exit.signal === null && exit.code === null)) return 'exit status unknown';
  return exit.signal === null ? `exit status ${exit.code}` : `signal ${exit.signal}`;
}

/** An error as the log shows it: with what clients must not see. */
export function logText(error: DroverError): string {
  return error.detail === undefined ? error.message : `${error.message}: ${error.detail}`;
}

/** What the log says about the end of a server; nothing about one that was wanted. */
export function endTexts(
  id: string,
  { error, exit }: { readonly error: DroverError | null; readonly exit: RuntimeExit | null },
  wasReady: boolean,
): readonly string[] {
  const texts: string[] = [];
  if (exit?.lost) {
    texts.push(`[${id}] could not be ended and is given up: it may hold its port and memory`);
  }
  if (error) texts.push(logText(error));
  else if (wasReady) texts.push(`[${id}] ended by itself: ${exitText(exit)}`);
  return texts;
}
