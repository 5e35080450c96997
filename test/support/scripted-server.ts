import { once } from 'node:events';
import { AddressInfo, createServer, Server, Socket } from 'node:net';

/** One request as a scripted server sees it. */
export interface ScriptedRequest {
  readonly socket: Socket;
  /** Requests on this connection, this one included. */
  readonly onConnection: number;
  /** Requests altogether, this one included. */
  readonly inTotal: number;
}

/** What a server does with each request; it writes what it likes to the socket. */
export type Script = (request: ScriptedRequest) => void;

/** A server below HTTP that does exactly what a test says, right or wrong. */
export class ScriptedServer implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private requests = 0;
  /** Called for each connection before anything is read. */
  onConnection: (socket: Socket) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly script: Script,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  /** Starts on a port chosen by the system. */
  static async start(script: Script): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server, script);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests that have arrived whole. */
  get seen(): number {
    return this.requests;
  }

  /** Connections that are open. */
  get open(): number {
    return this.sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let text = '';
    let onConnection = 0;
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (let end = endOfRequest(text); end > 0; end = endOfRequest(text)) {
        text = text.slice(end);
        onConnection += 1;
        this.requests += 1;
        this.script({ socket, onConnection, inTotal: this.requests });
      }
    });
    this.onConnection(socket);
  }
}

/** Offset behind the first whole request; 0 without one. */
function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n') + 4;
  if (head < 4) return 0;
  const fields = text.slice(0, head);
  if (/\r\ntransfer-encoding:/i.test(fields)) {
    const last = text.indexOf('0\r\n\r\n', head);
    return last < 0 ? 0 : last + 5;
  }
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(fields)?.[1] ?? 0);
  return text.length >= head + length ? head + length : 0;
}
