import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Clock } from '#lib/foundation';
import { ApiError } from './api.error.js';
import { DemoEngine } from './demo-engine.js';
import { DemoMemory, sleep } from './demo-memory.js';
import { DemoOptions } from './demo-options.js';
import { DEMO_ROUTES, Endpoint } from './demo-routes.js';
import { DemoHouse, Exchange } from './exchange.js';
import { JsonObject, readJson } from './json-body.js';

/** Where a {@link DemoServer} takes its time from and what it tells. */
export interface DemoSurroundings {
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Called after each answered POST request with the number of them so far. */
  readonly onAnswered?: (count: number) => void;
}

/** Kept-alive connections outlive the pauses between requests of a proxy. */
const KEEP_ALIVE_MS = 75_000;

/** An HTTP server with llama-server's routes and formats and no model behind it. */
export class DemoServer {
  private readonly house: DemoHouse;
  private readonly http: Server;
  private readonly memory = new DemoMemory();
  private readonly ended = new AbortController();
  private requests = 0;
  private answered = 0;
  private isLoaded = false;

  constructor(
    private readonly options: DemoOptions,
    private readonly around: DemoSurroundings,
  ) {
    const { clock } = around;
    const startedSeconds = Math.floor(clock.wallMs() / 1000);
    this.house = { engine: new DemoEngine(options, clock), options, clock, startedSeconds };
    this.http = createServer((request, response) => void this.handle(request, response));
    this.http.keepAliveTimeout = KEEP_ALIVE_MS;
    this.http.requestTimeout = 0;
  }

  /** The slots and counters. */
  get engine(): DemoEngine {
    return this.house.engine;
  }

  /**
   * Opens the port and begins to load.
   * @returns the port
   * @throws Error of the operating system when the port cannot be opened
   */
  async listen(): Promise<number> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(port, host, resolve);
    });
    const opened = (this.http.address() as AddressInfo).port;
    this.around.log(`${this.options.name}: demo server listening on http://${host}:${opened}`);
    void this.load();
    return opened;
  }

  /** Cancels what is running, drops every connection and closes the port. */
  async close(): Promise<void> {
    this.ended.abort(unavailable('the server is ending'));
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    this.http.closeAllConnections();
    await closed;
  }

  private async load(): Promise<void> {
    const { memoryBytes, loadTimeMs, slots } = this.options;
    const on = { clock: this.around.clock, signal: this.ended.signal };
    await Promise.all([this.memory.fill(memoryBytes, loadTimeMs, on), sleep(loadTimeMs, on)]);
    if (this.ended.signal.aborted) return;
    this.isLoaded = true;
    this.around.log(
      `load_model: initializing, n_slots = ${slots}, ` +
        `n_ctx_slot = ${this.engine.slotContext}, kv_unified = 'false'`,
    );
    this.around.log(`${this.options.name}: model loaded, ${this.memory.bytes} bytes filled`);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://demo');
    const label = `${request.method} ${url.pathname}`;
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort(new Error('the client has left'));
      this.finish(request, response, label);
    });
    try {
      const endpoint = this.endpointFor(label);
      const body: JsonObject = request.method === 'POST' ? await readJson(request) : {};
      const signal = AbortSignal.any([gone.signal, this.ended.signal]);
      this.requests += 1;
      const parts = { id: this.requests, body, query: url.searchParams, response, signal };
      await endpoint(new Exchange(this.house, parts));
    } catch (error) {
      this.refuse(response, error);
    }
  }

  private endpointFor(label: string): Endpoint {
    if (!this.isLoaded) throw unavailable('Loading model');
    const endpoint = DEMO_ROUTES.get(label.replace(/^HEAD /, 'GET '));
    if (endpoint) return endpoint;
    throw new ApiError(404, { type: 'not_found_error', message: 'File Not Found' });
  }

  private refuse(response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const shown =
      error instanceof ApiError
        ? error
        : new ApiError(500, { type: 'server_error', message: String(error) });
    response.writeHead(shown.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(shown.toJson()));
  }

  private finish(request: IncomingMessage, response: ServerResponse, label: string): void {
    if (request.method !== 'POST') return;
    const end = response.writableFinished ? String(response.statusCode) : 'cancelled by client';
    this.around.log(`request: ${label} ${end}`);
    if (!response.writableFinished) return;
    this.answered += 1;
    this.around.onAnswered?.(this.answered);
  }
}

function unavailable(message: string): ApiError {
  return new ApiError(503, { type: 'unavailable_error', message });
}
