import { describe, expect, it } from 'vitest';
import { compileCacheFolder } from './compile-cache.js';

describe('compileCacheFolder', () => {
  it.each([
    [{ XDG_CACHE_HOME: '/c', HOME: '/home/a' }, '/c/drover/compiled'],
    [{ HOME: '/home/a' }, '/home/a/.cache/drover/compiled'],
    [{ LOCALAPPDATA: '/local' }, '/local/drover/compiled'],
    [{ HOME: '/' }, null],
    [{ XDG_CACHE_HOME: '', HOME: '' }, null],
    [{}, null],
  ])('of %j is %j', (env, folder) => {
    expect(compileCacheFolder(env)).toBe(folder);
  });
});
