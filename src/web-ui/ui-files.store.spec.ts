import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { represent, UiFilesStore } from './ui-files.store.js';

const folder = mkdtempSync(join(tmpdir(), 'drover-ui-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<p src="./assets/app-1a2b.js">');
writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'plain');
writeFileSync(join(folder, 'assets', 'app-1a2b.js.br'), 'brotli');
writeFileSync(join(folder, 'assets', 'app-1a2b.js.gz'), gzipSync('plain'));
mkdirSync(join(folder, 'icons'));
writeFileSync(join(folder, 'icons', 'drover-192.png'), 'icon');
writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
afterAll(() => rmSync(folder, { recursive: true }));

describe('UiFilesStore', () => {
  const store = new UiFilesStore(folder);

  it.each([
    ['', '<p src="./assets/app-1a2b.js">'],
    ['models', '<p src="./assets/app-1a2b.js">'],
    ['deep/link', '<p src="../assets/app-1a2b.js">'],
    ['some/deeper/link', '<p src="../../assets/app-1a2b.js">'],
    ['deep/', '<p src="../assets/app-1a2b.js">'],
    ['assets/gone', '<p src="../assets/app-1a2b.js">'],
    ['assets/app-1a2b.js', 'plain'],
    ['assets/gone.js', null],
    ['../package.json', null],
    ['..', null],
  ])('finds %j', (path, content) => {
    expect(store.find(path)?.plain.toString() ?? null).toBe(content);
  });

  it.each([
    ['assets/app-1a2b.js', 'public, max-age=31536000, immutable'],
    ['icons/drover-192.png', 'public, max-age=86400'],
    ['favicon.svg', 'public, max-age=86400'],
    ['', 'no-cache'],
  ])('says how long %j may be kept', (path, cacheControl) => {
    expect(store.find(path)?.cacheControl).toBe(cacheControl);
  });

  it('says what its start page is', () => {
    expect(store.find('')?.type).toBe('text/html; charset=utf-8');
  });

  it('gives each form of the start page a tag of its own', () => {
    const tags = ['', 'a', 'a/b', 'c/d', 'a/b/c'].map((path) => store.find(path)?.etag);
    expect([tags[0] === tags[1], tags[2] === tags[3], new Set(tags).size]).toEqual([true, true, 3]);
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['BR', 'br'],
    ['identity', null],
    [undefined, null],
  ])('answers Accept-Encoding %j with %j', (header, encoding) => {
    expect(represent(store.find('assets/app-1a2b.js')!, header).encoding).toBe(encoding);
  });

  it('is empty, not broken, without a build', () => {
    expect(new UiFilesStore(join(folder, 'none')).isEmpty).toBe(true);
  });
});
