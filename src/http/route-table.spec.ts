import { describe, expect, it } from 'vitest';
import { RouteTable } from './route-table.js';

describe('RouteTable', () => {
  const table = new RouteTable();
  table.add({ method: 'POST', url: '/v1/chat/completions' });
  table.add({ method: ['GET'], url: '/v1/audio/voices' });
  table.add({ method: 'POST', url: '/v1/audio/voices' });
  table.add({ method: 'POST', url: '/api/models/unload/*' });

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
  ])('knows the methods of %s', (path, methods) => {
    expect(table.methodsOf(path)).toEqual(methods);
  });
});
