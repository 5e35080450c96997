import { createServer, RequestListener, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { DynamicModule } from '@nestjs/common';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DroverConfig } from '#lib/config';
import { CLOCK, SystemClock } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { CONFIG_SOURCE } from '../../src/composition/config-source.interface.js';
import { MODEL_ROUTER } from '../../src/composition/model-router.interface.js';
import { MODEL_STATES } from '../../src/composition/model-states.interface.js';
import { createHttpApp } from '../../src/create-app.js';
import { BUILD } from '../../src/http/build.interface.js';
import {
  DEFAULT_HTTP_OPTIONS,
  HTTP_OPTIONS,
  HttpOptions,
} from '../../src/http/http-options.interface.js';
import { FakeRouter } from './fake-router.js';

/** Drover's HTTP side over a router that a test controls. */
export interface HttpHarness {
  readonly app: NestFastifyApplication;
  readonly router: FakeRouter;
  readonly logs: LogService;
  readonly url: string;
}

const silent = {
  entry: () => undefined,
  modelOutput: () => undefined,
  modelEnded: () => undefined,
};

/** Starts the HTTP side on a port chosen by the system; the caller closes `app`. */
export async function startHttp(
  config: DroverConfig,
  http: Partial<HttpOptions> & { readonly listenHost?: string } = {},
): Promise<HttpHarness> {
  const { listenHost = '127.0.0.1', ...given } = http;
  const options = { ...DEFAULT_HTTP_OPTIONS, ...given };
  const clock = new SystemClock();
  const logs = new LogService({ clock, output: silent });
  const router = new FakeRouter(config);
  const provided = [
    { provide: CONFIG_SOURCE, useValue: { current: config } },
    { provide: MODEL_ROUTER, useValue: router },
    { provide: MODEL_STATES, useValue: router },
    { provide: LogService, useValue: logs },
    { provide: CLOCK, useValue: clock },
    { provide: BUILD, useValue: { version: '7', commit: 'abc1234', date: '2026-01-01T00:00:00Z' } },
    { provide: HTTP_OPTIONS, useValue: options },
  ];
  const ground: DynamicModule = {
    module: class Ground {},
    global: true,
    providers: provided,
    exports: provided.map(({ provide }) => provide),
  };
  const app = await createHttpApp({ ground, http: options, tls: null, logger: false });
  await app.listen(0, listenHost);
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, router, logs, url: `http://127.0.0.1:${port}` };
}

/** Starts a plain HTTP server on a port chosen by the system. */
export async function startUpstream(
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
