import { EventEmitter } from 'node:events';

/** What the program does when the operating system or the runtime tells it something. */
export interface ProcessEventHandlers {
  /** SIGINT or SIGTERM, each time one comes. */
  readonly onEnd: (signal: NodeJS.Signals) => void;
  /** SIGHUP. */
  readonly onReload: () => void;
  /** An error that nobody caught. */
  readonly onCrash: (error: unknown) => void;
}

/**
 * Listens to the events of `process` until disposed of. SIGHUP is never delivered on Windows, where
 * listening to it would catch the closing of the console instead.
 */
export function listenToProcess(
  emitter: EventEmitter,
  handlers: ProcessEventHandlers,
  platform: NodeJS.Platform = process.platform,
): Disposable {
  const listeners: [event: string, listener: (first: unknown) => void][] = [
    ['SIGINT', () => handlers.onEnd('SIGINT')],
    ['SIGTERM', () => handlers.onEnd('SIGTERM')],
    ['uncaughtException', (error) => handlers.onCrash(error)],
    ['unhandledRejection', (reason) => handlers.onCrash(reason)],
  ];
  if (platform !== 'win32') listeners.push(['SIGHUP', () => handlers.onReload()]);
  for (const [event, listener] of listeners) emitter.on(event, listener);
  return {
    [Symbol.dispose]: () => {
      for (const [event, listener] of listeners) emitter.off(event, listener);
    },
  };
}
