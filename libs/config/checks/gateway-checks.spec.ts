import { describe, expect, it } from 'vitest';
import { loadedConfig, loadText } from '../testing/load-text.js';

describe('settings of the HTTP server', () => {
  it('have the defaults of a server that nobody stands in front of', () => {
    const { serverLimits, basePath, requestIds, management, shutdown, tls } = loadedConfig('{}');
    expect(serverLimits).toEqual({
      headersTimeoutMs: 15_000,
      bodyRateBytes: 500,
      bodyWindowMs: 20_000,
      keepAliveTimeoutMs: 125_000,
      checkIntervalMs: 5000,
      maxConnections: 0,
      maxRequestsPerConnection: 0,
    });
    expect([basePath, requestIds]).toEqual(['', 'auto']);
    expect(management).toEqual({ listen: '', startupAfterPreload: false });
    expect(shutdown).toEqual({ preStopDelayMs: 0, drainTimeoutMs: null });
    expect(tls).toEqual({ clientCa: '', clientSubjects: [] });
  });

  it('are read in their units', () => {
    const text = [
      'limits: {headersTimeout: 0s, bodyRate: 1KiB, maxConnections: 5}',
      'basePath: /team/ai/',
      'shutdown: {preStopDelay: 5s, drainTimeout: 1m}',
    ].join('\n');
    const { serverLimits, basePath, shutdown } = loadedConfig(text);
    expect(serverLimits).toMatchObject({ headersTimeoutMs: 0, bodyRateBytes: 1024 });
    expect(serverLimits.maxConnections).toBe(5);
    expect(basePath).toBe('/team/ai');
    expect(shutdown).toEqual({ preStopDelayMs: 5000, drainTimeoutMs: 60_000 });
  });

  it.each([
    ['basePath: ai', 'basePath', 'write it as /ai'],
    ['basePath: /a/../b', 'basePath', 'is no base path'],
    ['basePath: /', 'basePath', 'is no base path'],
    ['basePath: "/a b"', 'basePath', 'is no base path'],
    ['basePath: "//a"', 'basePath', 'is no base path'],
    ['requestIds: sometimes', 'requestIds', 'must be one of: auto, always, never'],
    ['management: {listen: "9090"}', 'management.listen', 'host:port'],
    ['management: {listen: "localhost"}', 'management.listen', 'host:port'],
    ['limits: {headersTimeout: -1s}', 'limits.headersTimeout', 'at least 0s'],
    ['limits: {keepAliveTimeout: 1000h}', 'limits.keepAliveTimeout', 'at most 596h'],
    ['limits: {checkInterval: 1ms}', 'limits.checkInterval', 'at least 100ms'],
    ['limits: {bodyWindow: 0s}', 'limits.bodyWindow', 'at least 100ms'],
    ['limits: {maxConnections: -1}', 'limits.maxConnections', '>= 0'],
    ['shutdown: {drainTimeout: -5s}', 'shutdown.drainTimeout', 'at least 0s'],
    ['tls: {clientSubjects: [a]}', 'tls.clientSubjects', 'needs tls.clientCa'],
  ])('refuses %s', (text, ...words) => {
    const { config, problems } = loadText(text);
    expect(config).toBeNull();
    expect(problems).toHaveLength(1);
    for (const word of words) expect(problems[0]).toContain(word);
  });

  it.each([':9090', '127.0.0.1:0', '[::1]:9090', 'localhost:9090'])('listens on %s', (listen) => {
    expect(loadedConfig(`management: {listen: "${listen}"}`).management.listen).toBe(listen);
  });
});
