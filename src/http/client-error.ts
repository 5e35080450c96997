import { IncomingMessage, Server, ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { DroverError } from '#lib/foundation';
import { errorEnvelope } from './error-answer.js';

/** Events by which a server tells that the head of a request is complete. */
const HEAD_EVENTS = ['request', 'upgrade', 'connect', 'checkContinue', 'checkExpectation'] as const;

const TOO_LATE = 'ERR_HTTP_REQUEST_TIMEOUT';

/**
 * Answers what the HTTP parser could not read, as long as the connection takes an answer, and closes
 * it: what follows on it cannot be told apart from what was wrong.
 */
export function answerClientError(
  this: { readonly server: Server },
  failure: Error & { code?: string },
  socket: Socket,
): void {
  if (failure.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = (): void => answerOnSocket(clientError(failure.code ?? ''), socket);
  if (failure.code === TOO_LATE) unlessItHasCome(this.server, socket, answer);
  else answer();
}

/** What to answer the connections whose time is over, until the next turn. */
const late = new WeakMap<Server, Map<Socket, () => void>>();

/**
 * Time is over for a head. On a machine that is short of time it may have come long ago and wait to be
 * read, which happens before the next turn. Connections that are late together share their listeners:
 * of slow clients there may be thousands.
 */
function unlessItHasCome(server: Server, socket: Socket, answer: () => void): void {
  const waiting = late.get(server);
  if (waiting) waiting.set(socket, answer);
  else waitForHeads(server, new Map([[socket, answer]]));
}

function waitForHeads(server: Server, waiting: Map<Socket, () => void>): void {
  late.set(server, waiting);
  const note = (request: { readonly socket: Socket }): void => void waiting.delete(request.socket);
  // A server behaves otherwise as soon as somebody listens to some of them.
  const heard = HEAD_EVENTS.filter((event) => server.listenerCount(event) > 0);
  for (const event of heard) server.prependListener(event, note);
  setImmediate(() => {
    late.delete(server);
    for (const event of heard) server.off(event, note);
    for (const [socket, answer] of waiting) {
      if (socket.writable) answer();
      // Not even what is sent now is a request any more.
      socket.destroySoon();
    }
  });
}

/** Answers a request for a tunnel, which Drover never opens, and closes the connection. */
export function refuseTunnel(_request: unknown, socket: Duplex): void {
  // Nobody else listens to what befalls the connection from now on.
  socket.on('error', () => socket.destroy());
  const text = 'Method Not Allowed: CONNECT; this is no forward proxy, send requests for its paths';
  answerOnSocket(new DroverError('METHOD_NOT_ALLOWED', text), socket);
}

/** Answers a request that expects anything but `100-continue` (RFC 9110, 10.1.1); its body is not read. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const text = `Expect: ${request.headers.expect}: only 100-continue is known; leave the header away`;
  const error = new DroverError('EXPECTATION_FAILED', text);
  const body = JSON.stringify(errorEnvelope(error));
  const isOldHttp = request.httpVersionMajor === 1;
  response.writeHead(error.entry.status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(isOldHttp ? { Connection: 'close' } : {}),
  });
  response.end(body);
}

function answerOnSocket(error: DroverError, socket: Duplex): void {
  const { status } = error.entry;
  const body = JSON.stringify(errorEnvelope(error));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function clientError(code: string): DroverError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const text = 'the headers of the request are too large or too many; send fewer, shorter ones';
    return new DroverError('HEADERS_TOO_LARGE', text);
  }
  if (code === TOO_LATE) {
    const text = 'the headers of the request were not complete in time (limits.headersTimeout)';
    return new DroverError('REQUEST_TIMEOUT', text);
  }
  const which = code.startsWith('HPE_') ? ` (${code})` : '';
  return new DroverError('BAD_REQUEST', `this is no valid HTTP/1.1 request${which}`);
}
