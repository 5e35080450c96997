import { once } from 'node:events';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HostGuard } from '../http/host-guard.js';
import { MetricsRegistry } from '../metrics/metrics.registry.js';
import { HealthBoard, ProbeName } from './health.board.js';
import { ProbeAnswer, probeAnswer } from './probe-answer.js';

const PROBES: ReadonlyMap<string, ProbeName> = new Map([
  ['/livez', 'live'],
  ['/readyz', 'ready'],
  ['/startupz', 'startup'],
]);

/** Milliseconds for the head of a request. */
const HEADERS_TIMEOUT_MS = 5000;

const MOST_CONNECTIONS = 100;

/**
 * The listener of `management.listen`: probes and metrics, nothing else, for those who watch and not
 * for clients. Answers to the very end of a shutdown.
 */
@Injectable()
export class ManagementServer {
  private server: Server | null = null;
  private readonly hosts = new HostGuard();

  constructor(
    private readonly board: HealthBoard,
    private readonly metrics: MetricsRegistry,
  ) {}

  /** Listens; rejects as `net.Server.listen` does. */
  async listen(port: number, host: string): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response));
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    server.maxConnections = MOST_CONNECTIONS;
    server.listen(port, host);
    await once(server, 'listening');
    this.hosts.listening(server.address());
    this.server = server;
  }

  /** The address in use, while it listens. */
  address(): AddressInfo {
    return this.server!.address() as AddressInfo;
  }

  /** Ends the listener with its connections. */
  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
    this.server = null;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const { status, contentType, body } = this.hosts.accepts(request.headers.host, [])
      ? await this.page(request)
      : plain(421, 'this listener answers to the names of this machine only\n');
    response.writeHead(status, {
      'Content-Type': contentType,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private async page({ method, url = '/' }: IncomingMessage): Promise<ProbeAnswer> {
    if (method !== 'GET' && method !== 'HEAD') return plain(405, 'GET and HEAD only\n');
    const path = url.replace(/[?#].*/s, '');
    const probe = PROBES.get(path);
    if (probe) return probeAnswer(this.board.look(probe), url);
    if (path === '/health') return plain(200, 'OK');
    if (path !== '/metrics') return plain(404, '404 page not found\n');
    const { contentType } = this.metrics.registry;
    try {
      return { status: 200, contentType, body: await this.metrics.page() };
    } catch {
      return plain(500, 'the metrics could not be collected\n');
    }
  }
}

function plain(status: number, body: string): ProbeAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
