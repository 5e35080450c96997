import { Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { HealthBoard } from './health.board.js';
import { probeAnswer } from './probe-answer.js';

function setUp() {
  const clock = new VirtualClock();
  const draining = new AbortController();
  const output = { entry: () => {}, modelOutput: () => {}, modelEnded: () => {} };
  const board = new HealthBoard({
    clock,
    logs: new LogService({ clock, output }),
    build: { version: '1', commit: 'c', date: 'd' },
    listenHost: '127.0.0.1',
    tls: null,
    draining: draining.signal,
    closing: new AbortController().signal,
  });
  const server = new Server();
  board.watch(server);
  return { board, draining, server };
}

describe('HealthBoard', () => {
  it('lives from the beginning, and is ready when it listens', () => {
    const { board, server } = setUp();
    expect(board.look('live').status).toBe('ok');
    expect(board.look('ready').status).toBe('failed');
    server.emit('listening');
    expect(board.look('ready').status).toBe('ok');
    server.emit('close');
    expect(board.look('ready').status).toBe('failed');
  });

  it('is not ready from the beginning of the shutdown on, but lives', () => {
    const { board, server, draining } = setUp();
    server.emit('listening');
    draining.abort();
    expect(board.look('ready').checks['traffic']).toEqual({
      status: 'failed',
      reason: 'is shutting down',
    });
    expect(board.look('live').status).toBe('ok');
  });

  it('has started when the preload list has been gone through', () => {
    const { board, server } = setUp();
    server.emit('listening');
    expect(board.look('startup').status).toBe('failed');
    expect(board.look('ready').status).toBe('ok');
    board.preloadOver();
    expect(board.look('startup').status).toBe('ok');
  });

  it('is degraded, not failed, by what it can do without', () => {
    const { board, server } = setUp();
    server.emit('listening');
    board.report('activityLog', 'the activity log cannot be written');
    expect(board.look('ready').status).toBe('degraded');
    expect(board.look('startup').checks).not.toHaveProperty('activityLog');
    board.report('activityLog', null);
    expect(board.look('ready')).toMatchObject({
      status: 'ok',
      checks: { activityLog: { status: 'ok' } },
    });
  });

  it('asks at every look how such a part is now', () => {
    const { board, server } = setUp();
    server.emit('listening');
    let reason: string | null = null;
    board.ask('store', () => ({ reason, detail: 'on disk' }));
    expect(board.look('ready').checks['store']).toEqual({ status: 'ok', detail: 'on disk' });
    reason = 'disk full';
    expect(board.look('ready').checks['store']).toMatchObject({ status: 'degraded', reason });
  });
});

describe('probeAnswer', () => {
  const view = {
    status: 'failed' as const,
    checks: { a: { status: 'ok' as const }, b: { status: 'failed' as const, reason: 'why' } },
  };

  it('says the reasons in a few words', () => {
    expect(probeAnswer(view, '/readyz')).toEqual({
      status: 503,
      contentType: 'text/plain; charset=utf-8',
      body: 'failed\nb: why\n',
    });
  });

  it.each([
    ['/readyz?verbose', true],
    ['/readyz?verbose=1', true],
    ['/readyz?verbose=false', false],
    ['/readyz?other', false],
  ])('answers %s in JSON: %s', (url, isJson) => {
    const { contentType, body } = probeAnswer(view, url);
    expect(contentType === 'application/json').toBe(isJson);
    expect(body === `${JSON.stringify(view)}\n`).toBe(isJson);
  });

  it.each(['ok', 'degraded'] as const)('lets %s pass', (status) => {
    expect(probeAnswer({ status, checks: {} }, '/').status).toBe(200);
  });
});
