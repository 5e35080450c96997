import { createServer, RequestListener, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { DynamicModule } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigStore, DroverConfig } from '#lib/config';
import { CLOCK, SystemClock } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { SwapDecisions } from '#lib/router';
import { MODEL_ROUTER } from '../../src/composition/model-router.interface.js';
import { MODEL_STATES } from '../../src/composition/model-states.interface.js';
import { createHttpApp } from '../../src/create-app.js';
import { APP_OPTIONS, AppOptions } from '../../src/app-options.interface.js';
import { DEFAULT_SERVER_LIMITS, ServerLimits } from '../../src/http/server-limits.interface.js';
import { FakeRouter } from './fake-router.js';

/** Drover's HTTP side over a router that a test controls. */
export interface HttpHarness {
  readonly app: NestFastifyApplication;
  readonly router: FakeRouter;
  readonly events: EventEmitter2;
  readonly logs: LogService;
  readonly url: string;
  /** Aborted by a test that wants streams to end as in a shutdown. */
  readonly closing: AbortController;
  /** Aborted by a test for the beginning of a shutdown. */
  readonly draining: AbortController;
}

const silent = {
  entry: () => undefined,
  modelOutput: () => undefined,
  modelEnded: () => undefined,
};

/** Starts the HTTP side on a port chosen by the system; the caller closes `app`. */
export async function startHttp(
  config: DroverConfig,
  http: Partial<ServerLimits> & { readonly listenHost?: string } = {},
): Promise<HttpHarness> {
  const { listenHost = '127.0.0.1', ...given } = http;
  const limits = { ...DEFAULT_SERVER_LIMITS, ...given };
  const clock = new SystemClock();
  const logs = new LogService({ clock, output: silent });
  const closing = new AbortController();
  const draining = new AbortController();
  const build = { version: '7', commit: 'abc1234', date: '2026-01-01T00:00:00Z' };
  const options: AppOptions = {
    clock,
    logs,
    build,
    listenHost,
    tls: null,
    draining: draining.signal,
    closing: closing.signal,
  };
  const router = new FakeRouter(config);
  const events = new EventEmitter2();
  const store = { current: config, onChange: () => () => undefined };
  const provided = [
    { provide: ConfigStore, useValue: store },
    { provide: EventEmitter2, useValue: events },
    { provide: MODEL_ROUTER, useValue: router },
    { provide: MODEL_STATES, useValue: router },
    { provide: SwapDecisions, useValue: { list: () => [] } },
    { provide: LogService, useValue: logs },
    { provide: CLOCK, useValue: clock },
    { provide: APP_OPTIONS, useValue: options },
  ];
  const ground: DynamicModule = {
    module: class Ground {},
    global: true,
    providers: provided,
    exports: provided.map(({ provide }) => provide),
  };
  const app = await createHttpApp({ ground, limits, tls: null, logger: false });
  await app.listen(0, listenHost);
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, router, events, logs, closing, draining, url: `http://127.0.0.1:${port}` };
}

/** Starts a plain HTTP server on a port chosen by the system. */
export async function startUpstream(
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
