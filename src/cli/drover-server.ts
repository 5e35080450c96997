import { AddressInfo } from 'node:net';
import { Server } from 'node:tls';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DroverConfig } from '#lib/config';
import { Clock, SystemClock } from '#lib/foundation';
import { BatchingSink, BoundedSink, JsonLogOutput, LogService, TextLogOutput } from '#lib/logs';
import { TlsMaterial } from '../app-options.interface.js';
import { createDrover } from '../create-drover.js';
import { HealthBoard } from '../health/health.board.js';
import { ManagementServer } from '../health/management.server.js';
import { logSettings } from '../reload/log-settings.js';
import { readTlsMaterial, TlsSources } from '../tls/tls-material.js';
import { guardClientNames, TlsRenewal } from '../tls/tls-renewal.js';
import { CliIo } from './cli-io.interface.js';
import { formatListenAddress, isLoopbackOnly, parseListenAddress } from './listen-address.js';
import { listen } from './listen.js';
import { OpenedConfig } from './open-config.js';
import { ServeOptions } from './serve-options.js';
import { readBuildInfo } from './version.js';

/** What a server is started from. */
export interface ServerStart {
  readonly options: ServeOptions;
  readonly config: OpenedConfig;
  readonly io: CliIo;
}

/** A server that listens. */
export interface DroverServer {
  readonly app: NestFastifyApplication;
  readonly clock: Clock;
  readonly logs: LogService;
  /** Aborting it tells gateways and connections to go elsewhere. */
  readonly draining: AbortController;
  /** Aborting it ends the endless streams. */
  readonly closing: AbortController;
  /** Writes out what lines of the log still wait; the last thing to be done. */
  readonly flushLogs: () => void;
  /** Renews the certificates; null without TLS. */
  readonly renewal: TlsRenewal | null;
}

/**
 * Builds the application and opens the listener; nothing is loaded yet. When something fails,
 * everything that has been started is ended again.
 *
 * @throws Error that says what cannot be used: the address, the TLS files, a plugin's settings.
 */
export async function startServer(start: ServerStart): Promise<DroverServer> {
  const clock = new SystemClock();
  const sink = openSink(clock, start.io);
  try {
    const server = await openServer(start, clock, openLogs(start.options, clock, sink));
    return { ...server, flushLogs: () => sink.flush() };
  } catch (error) {
    sink.flush();
    throw error;
  }
}

async function openServer(
  { options, config }: ServerStart,
  clock: Clock,
  logs: LogService,
): Promise<Omit<DroverServer, 'flushLogs'>> {
  const address = parseListenAddress(options.listen);
  logs.configure(logSettings(config.store.current));
  logs.write('debug', `process id ${process.pid}`);
  for (const warning of config.warnings) logs.write('warn', warning, { prefix: 'config' });
  const sources = tlsSources(options, config.store.current);
  const tls = sources && readTlsMaterial(sources);
  const draining = new AbortController();
  const closing = new AbortController();
  const app = await createDrover(
    {
      clock,
      logs,
      build: readBuildInfo(),
      listenHost: address.host,
      tls,
      draining: draining.signal,
      closing: closing.signal,
    },
    config,
  );
  try {
    guardClients(app, config.store.current, logs);
    const bound = await listen(listenable(app), address);
    await announce(logs, {
      ...bound,
      isTls: tls !== null,
      isOpen: !asksForKeys(config.store.current),
    });
    await openManagement(app, config.store.current.management.listen, logs);
  } catch (error) {
    app.get(ManagementServer).close();
    await app.close();
    throw error;
  }
  const renewal = sources && tls ? keepRenewed({ app, clock, logs }, sources, tls) : null;
  return { app, clock, logs, draining, closing, renewal };
}

function openSink(clock: Clock, { stdout }: CliIo): BatchingSink {
  const bounded = new BoundedSink({
    write: (piece) => stdout.write(piece),
    get writableLength() {
      return stdout.writableLength ?? 0;
    },
  });
  return new BatchingSink(bounded, clock);
}

function openLogs({ logFormat }: ServeOptions, clock: Clock, sink: BatchingSink): LogService {
  const output = logFormat === 'json' ? new JsonLogOutput(sink, clock) : new TextLogOutput(sink);
  return new LogService({ clock, output });
}

function listenable(app: NestFastifyApplication) {
  const fastify = app.getHttpAdapter().getInstance();
  return {
    listen: (port: number, host: string) => fastify.listen({ port, host }),
    address: () => fastify.server.address() as AddressInfo,
  };
}

function tlsSources({ tls }: ServeOptions, config: DroverConfig): TlsSources | null {
  const { clientCa } = config.tls;
  if (tls) return { ...tls, clientCaFile: clientCa };
  if (clientCa === '') return null;
  throw new Error('tls.clientCa needs TLS: start with -tls-cert-file and -tls-key-file');
}

function guardClients(app: NestFastifyApplication, { tls }: DroverConfig, logs: LogService): void {
  const server = app.getHttpServer() as unknown as Server;
  guardClientNames(server, tls.clientSubjects, (level, text) => logs.write(level, text));
}

function keepRenewed(
  { app, clock, logs }: Pick<DroverServer, 'app' | 'clock' | 'logs'>,
  sources: TlsSources,
  material: TlsMaterial,
): TlsRenewal {
  const board = app.get(HealthBoard);
  return new TlsRenewal({
    server: app.getHttpServer() as unknown as Server,
    material,
    read: () => readTlsMaterial(sources),
    clock,
    log: (level, text) => logs.write(level, text, { prefix: 'tls' }),
    report: (problem) => board.report('certificates', problem),
  });
}

async function openManagement(
  app: NestFastifyApplication,
  text: string,
  logs: LogService,
): Promise<void> {
  if (text === '') return;
  const address = await listen(app.get(ManagementServer), parseListenAddress(text));
  logs.write('info', `probes and metrics on http://${formatListenAddress(address)}`);
}

interface Bound {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Whether nobody is asked for a key. */
  readonly isOpen: boolean;
}

function asksForKeys({ apiKeys, namedKeys, jwt }: DroverConfig): boolean {
  return apiKeys.length > 0 || namedKeys.length > 0 || jwt !== null;
}

async function announce(logs: LogService, { host, port, isTls, isOpen }: Bound): Promise<void> {
  const address = formatListenAddress({ host, port });
  const how = isTls ? `with TLS on https://${address}` : `on http://${address}`;
  logs.write('info', `drover listening ${how}`);
  if (await isLoopbackOnly(host)) return;
  logs.write(
    'info',
    'all hosts on the network can reach this address; ' +
      `to restrict it to this machine start with -listen 127.0.0.1:${port}`,
  );
  if (!isOpen) return;
  logs.write(
    'warn',
    'nobody is asked for a key: whoever reaches this address may use, load and unload every model; ' +
      'list keys under apiKeys, see docs/security.md',
  );
}
