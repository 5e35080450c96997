import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listenToProcess } from './process-events.js';

function setUp(platform: NodeJS.Platform = 'linux') {
  const emitter = new EventEmitter();
  const told: unknown[] = [];
  const handlers = {
    onEnd: (signal: NodeJS.Signals) => void told.push(signal),
    onReload: () => void told.push('reload'),
    onCrash: (error: unknown) => void told.push(error),
  };
  return { emitter, told, listening: listenToProcess(emitter, handlers, platform) };
}

describe('listenToProcess', () => {
  it('tells every signal, also the second one', () => {
    const { emitter, told } = setUp();
    for (const event of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGINT']) emitter.emit(event);
    expect(told).toEqual(['reload', 'SIGINT', 'SIGTERM', 'SIGINT']);
  });

  it.each([['uncaughtException'], ['unhandledRejection']])('tells what comes as %s', (event) => {
    const { emitter, told } = setUp();
    const error = new Error('x');
    emitter.emit(event, error);
    expect(told).toEqual([error]);
  });

  it('leaves SIGHUP alone on Windows', () => {
    expect(setUp('win32').emitter.listenerCount('SIGHUP')).toBe(0);
  });

  it('leaves nothing behind', () => {
    const { emitter, listening } = setUp();
    listening[Symbol.dispose]();
    expect(emitter.eventNames()).toEqual([]);
  });
});
