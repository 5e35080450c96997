import { once } from 'node:events';
import { ServerResponse } from 'node:http';
import { LogReader } from '#lib/logs';

const HEADERS = {
  'Content-Type': 'text/plain',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
  'Cache-Control': 'no-cache, no-transform',
};

/** Sends a log to a client as it is written, until the client leaves or the log ends. */
export async function streamLog(reader: LogReader, response: ServerResponse): Promise<void> {
  response.once('close', () => reader.close());
  response.writeHead(200, HEADERS);
  response.flushHeaders();
  for await (const piece of reader) {
    if (response.destroyed) break;
    if (!response.write(piece))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}
