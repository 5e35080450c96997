import { EventEmitter2 } from '@nestjs/event-emitter';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigWatcher, DroverConfig, lookAtConfigFiles } from '#lib/config';
import { DroverEventEmitter } from '#lib/foundation';
import { RouterService } from '#lib/router';
import { HealthBoard } from '../health/health.board.js';
import { DroverShutdown } from '../lifecycle/drover-shutdown.js';
import { listenToProcess } from '../lifecycle/process-events.js';
import { ShutdownSequence } from '../lifecycle/shutdown-sequence.js';
import { ReloadService } from '../reload/reload.service.js';
import { DroverServer, ServerStart } from './drover-server.js';

/** Longest period that a timer can have, milliseconds. */
const LONGEST_PERIOD_MS = 2 ** 31 - 1;

/**
 * Runs a server that listens: preloads, watches the configuration where asked to, and does what
 * signals say.
 *
 * @returns The exit status, when everything has ended.
 */
export async function supervise(server: DroverServer, start: ServerStart): Promise<number> {
  const { app, clock, logs, draining, closing } = server;
  const { store } = start.config;
  const reloads = app.get(ReloadService);
  const watcher = makeWatcher(server, start);
  const shutdown = new ShutdownSequence({
    clock,
    times: () => store.current.shutdown,
    steps: new DroverShutdown(app, { draining, closing, stopWatching: () => watcher?.stop() }),
    log: (level, text) => logs.write(level, text),
  });
  const listening = listenToProcess(process, {
    onEnd: (signal) => shutdown.begin(signal),
    onReload: () => void reloads.reload('signal'),
    onCrash: (error) => shutdown.crash(error),
  });
  // Our own timers keep no process alive, and without TCP connections nothing else would.
  const keepAlive = setInterval(() => {}, LONGEST_PERIOD_MS);
  watcher?.start();
  renewCertificates(server, start.options.watchConfig);
  preload(app, store.current);
  const status = await shutdown.finished;
  clearInterval(keepAlive);
  listening[Symbol.dispose]();
  server.renewal?.close();
  server.flushLogs();
  return status;
}

/** Certificates are read again with every reload, and by themselves where changes are watched for. */
function renewCertificates({ app, renewal }: DroverServer, isWatching: boolean): void {
  if (!renewal) return;
  app.get<DroverEventEmitter>(EventEmitter2).on('config.reload', () => renewal.renew());
  if (isWatching) renewal.watch();
}

/** Begins the preloading; the start counts as over at once or afterwards, as the configuration wants. */
function preload(app: NestFastifyApplication, config: DroverConfig): void {
  const board = app.get(HealthBoard);
  if (!config.management.startupAfterPreload) board.preloadOver();
  void app
    .get(RouterService)
    .preload(config.preload)
    .then(() => board.preloadOver());
}

function makeWatcher(server: DroverServer, { options, config, io }: ServerStart) {
  if (!options.watchConfig) return null;
  if (options.modelsDir !== null) {
    server.logs.write('warn', '-watch-config does not watch the folder of -models; send SIGHUP');
    return null;
  }
  const location = {
    configPath: options.configPath ?? undefined,
    configDir: options.configDir ?? undefined,
    cwd: io.cwd,
  };
  return new ConfigWatcher({
    clock: server.clock,
    look: () => lookAtConfigFiles(location),
    lastRead: () => config.store.lastResult?.fingerprint ?? null,
    onChange: () => void server.app.get(ReloadService).reload('watch'),
  });
}
