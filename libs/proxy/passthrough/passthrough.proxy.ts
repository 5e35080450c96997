import { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { createProxyMiddleware, Options, Plugin, RequestHandler } from 'http-proxy-middleware';
import { CLOCK, type Clock } from '#lib/foundation';
import { ForwardOutcome } from '../response-observer.interface.js';
import { UpstreamExchange } from '../upstream-exchange.js';
import { AnswerReceiver } from '../upstream-link.interface.js';
import { PassthroughCall } from './passthrough-call.interface.js';
import { PassthroughRequest, PassthroughUpgrade } from './passthrough-request.interface.js';
import { passthroughHeaders, upgradeHeaders } from './proxy-options.js';
import { SocketPassthrough, UpgradeResult } from './socket-passthrough.js';
import { PassthroughEnds, WebPassthrough } from './web-passthrough.js';

/**
 * Hands requests of any method and websockets on to an upstream as they are. One proxy serves all
 * targets; which one a request goes to is looked up when it is there.
 */
@Injectable()
export class PassthroughProxy {
  private readonly calls = new WeakMap<IncomingMessage, PassthroughCall>();
  private readonly received = new WeakMap<IncomingMessage, IncomingHttpHeaders>();
  private readonly proxy: RequestHandler;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {
    const connect: Plugin = (server) => {
      const outgoing = (sent: ClientRequest, request: IncomingMessage): void =>
        this.calls.get(request)?.onOutgoing(sent);
      const failed = (error: unknown, request?: IncomingMessage): void => {
        if (request) this.calls.get(request)?.onError(error);
      };
      server.on('proxyReq', outgoing);
      server.on('proxyReqWs', outgoing);
      server.on('proxyRes', (answer, request) => this.calls.get(request)?.onAnswer(answer));
      server.on('error', failed);
      server.on('econnreset', failed);
    };
    this.proxy = createProxyMiddleware({
      router: (request, _response, options) => this.route(request, options),
      // The address of each call carries its whole path already.
      ignorePath: true,
      selfHandleResponse: true,
      // Fresh connections: one that the upstream has closed meanwhile could not be told apart.
      agent: false,
      ejectPlugins: true,
      plugins: [connect],
    });
  }

  /**
   * Passes one request through.
   *
   * @returns how it ended, once the client's side has closed
   * @throws DroverError UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, BAD_REQUEST or CANCELLED when there
   * was no answer; the response is then untouched
   */
  forward(call: PassthroughRequest): Promise<ForwardOutcome> {
    const { path, request } = call;
    // The proxy takes everything else from the client's own request.
    const sent = { method: request.method ?? 'GET', path, headers: [], body: null };
    return new Promise((resolve, reject) => {
      let refuse: PassthroughEnds['refuse'] = reject;
      const send = (_request: unknown, receiver: AnswerReceiver): void =>
        this.send(call, { receiver, refuse: (failure) => refuse(failure) });
      const carried = { ...call, onCancellable: (cancel: typeof refuse) => void (refuse = cancel) };
      const upstream = { sender: { send }, request: sent, clock: this.clock };
      new UpstreamExchange(carried, upstream, { resolve, reject }).start();
    });
  }

  private send(call: PassthroughRequest, ends: PassthroughEnds): void {
    const { request, response } = call;
    try {
      const passing = new WebPassthrough(call, this.clock, ends);
      this.calls.set(request, passing);
      ends.receiver.started(passing);
      this.restoreHeaders(request);
      replaceHeaders(request, passthroughHeaders(call));
      const failed = (error: unknown): void => passing.onError(error);
      this.proxy(request, response, failed).catch(failed);
    } catch (error) {
      ends.receiver.failed(error as Error);
    }
  }

  /** Passes one websocket through; resolves when the client's connection has closed. */
  upgrade(call: PassthroughUpgrade, result: UpgradeResult): Promise<void> {
    const { request, socket, head } = call;
    const closed = new Promise<void>((resolve) => {
      if (socket.destroyed) resolve();
      else socket.once('close', () => resolve());
    });
    this.calls.set(request, new SocketPassthrough(call, this.clock, result));
    replaceHeaders(request, upgradeHeaders(call));
    this.proxy.upgrade(request, socket, head);
    return closed;
  }

  /** A request that is sent a second time shall be read as it came. */
  private restoreHeaders(request: IncomingMessage): void {
    const received = this.received.get(request);
    if (received) replaceHeaders(request, received);
    else this.received.set(request, request.headers);
  }

  private route(request: IncomingMessage, options: Options): NonNullable<Options['target']> {
    const { target, ...others } = this.calls.get(request)!.options;
    Object.assign(options, others);
    return { ...target };
  }
}

/** The proxy sends what the request says; HTTP/2 requests have no setter for it. */
function replaceHeaders(request: IncomingMessage, value: object): void {
  Object.defineProperty(request, 'headers', { value, writable: true, configurable: true });
}
