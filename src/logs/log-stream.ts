import { once } from 'node:events';
import { ServerResponse } from 'node:http';
import { LogReader } from '#lib/logs';

const HEADERS = {
  'Content-Type': 'text/plain',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
  'Cache-Control': 'no-cache, no-transform',
};

/**
 * Sends a log to a client as it is written, until the client leaves, the log ends, or `closing`
 * aborts because the program is about to end.
 */
export async function streamLog(
  reader: LogReader,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const stop = (): void => reader.close();
  response.once('close', stop);
  closing.addEventListener('abort', stop, { once: true });
  response.writeHead(200, HEADERS);
  response.flushHeaders();
  for await (const piece of reader) {
    if (response.destroyed) break;
    if (!response.write(piece))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  closing.removeEventListener('abort', stop);
  response.end();
}
