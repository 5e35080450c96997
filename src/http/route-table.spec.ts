import { describe, expect, it } from 'vitest';
import { RouteTable } from './route-table.js';

describe('RouteTable', () => {
  const table = new RouteTable();
  table.add({ method: 'POST', url: '/v1/chat/completions' });
  table.add({ method: ['GET'], url: '/v1/audio/voices' });
  table.add({ method: 'POST', url: '/v1/audio/voices' });
  table.add({ method: 'POST', url: '/api/models/unload/*' });
  table.add({ method: 'POST', url: '/api/inflight/:id/cancel' });
  table.add({ method: 'GET', url: '/api/captures/:id' });

  it.each([
    ['/v1/chat/completions', ['POST']],
    ['/v1/audio/voices', ['GET', 'HEAD', 'POST']],
    ['/v1/audio/voices/', []],
    ['/V1/audio/voices', []],
    ['/v1/audio%2Fvoices', []],
    ['/v1/audi%6F/voices', ['GET', 'HEAD', 'POST']],
    ['/api/models/unload/a/b', ['POST']],
    ['/api/models/unload', []],
    ['/%', []],
    ['/api/inflight/7/cancel', ['POST']],
    ['/api/inflight/7/cancel/', []],
    ['/api/inflight//cancel', []],
    ['/api/inflight/7/8/cancel', []],
    ['/api/captures/x', ['GET', 'HEAD']],
    ['/api/capturesx', []],
  ])('knows the methods of %s', (path, methods) => {
    expect(table.methodsOf(path)).toEqual(methods);
  });

  it('lists every route as it was added', () => {
    expect(table.routes()).toHaveLength(6);
    expect(table.routes()).toContainEqual({ method: 'GET', url: '/api/captures/:id' });
  });
});
