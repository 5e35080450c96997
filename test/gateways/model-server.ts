import { once } from 'node:events';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';

/** A request as the model's server got it, and its answer, which the test writes. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Bytes of the body. */
  readonly bodyBytes: number;
}

/** A model's server whose every answer a test writes, so that it knows what was sent when. */
export class ModelServer implements AsyncDisposable {
  /** Whether it answers by itself from now on. */
  answersAll = false;
  private readonly arrivals: Arrival[] = [];
  private readonly waiting: ((arrival: Arrival) => void)[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.take(request, response));
    server.on('upgrade', echoFrames);
  }

  static async start(): Promise<ModelServer> {
    const server = createServer();
    const model = new ModelServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next request for an answer, once its body is complete. */
  async next(): Promise<Arrival> {
    const arrival = this.arrivals.shift();
    if (arrival) return arrival;
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bodyBytes = 0;
    request.on('error', () => response.destroy());
    for await (const piece of request) bodyBytes += (piece as Buffer).length;
    // Drover looks at its models now and then.
    if (request.method !== 'POST') {
      response.end('ok');
      return;
    }
    if (this.answersAll) {
      response.end('{}');
      return;
    }
    const arrival = { request, response, bodyBytes };
    const waiter = this.waiting.shift();
    if (waiter) waiter(arrival);
    else this.arrivals.push(arrival);
  }
}

/** Answers a handshake and sends back what comes. */
function echoFrames(request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      `Sec-WebSocket-Accept: ${String(request.headers['x-accept'])}\r\n\r\n`,
  );
  socket.on('data', (chunk) => socket.write(chunk));
}
