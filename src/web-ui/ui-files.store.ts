import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { contentTypeOf } from './content-types.js';

/** One file of the web UI with its compressed copies. */
export interface UiFile {
  readonly type: string;
  /** Strong entity tag, quotes included. */
  readonly etag: string;
  /** Value of `Cache-Control`. */
  readonly cacheControl: string;
  /** Content; made from a compressed copy where there is one. */
  readonly plain: Buffer;
  readonly br: Buffer | null;
  readonly gzip: Buffer | null;
}

/** How a file goes over the wire. */
export interface UiRepresentation {
  readonly body: Buffer;
  /** Value of `Content-Encoding`, null for none. */
  readonly encoding: 'br' | 'gzip' | null;
}

/**
 * The built web UI, read once into memory: a request is answered by a look-up in a table, never by
 * the file system, so that no path can lead outside.
 */
export class UiFilesStore {
  private readonly files = new Map<string, UiFile>();

  /** @param folder the built UI; a folder that is missing makes an empty store */
  constructor(folder: string) {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || /\.(?:br|gz)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      this.files.set(relative(folder, path).split(sep).join('/'), readUiFile(path));
    }
  }

  /** True when there is no UI to serve. */
  get isEmpty(): boolean {
    return this.files.size === 0;
  }

  /**
   * Finds what a path below `/ui/` stands for: a file, or the start page for anything that does not
   * look like a file, wherever that lies. Null for a file that does not exist.
   */
  find(path: string): UiFile | null {
    const file = this.files.get(path === '' ? 'index.html' : path);
    if (file) return file;
    const last = path.slice(path.lastIndexOf('/') + 1);
    const start = last.includes('.') ? undefined : this.files.get('index.html');
    if (!start) return null;
    const depth = path.split('/').length - 1;
    return depth === 0 ? start : startPageBelow(start, depth);
  }
}

/** Picks the smallest representation that the client accepts. */
export function represent(file: UiFile, acceptEncoding: string | undefined): UiRepresentation {
  const accepted = acceptedEncodings(acceptEncoding ?? '');
  if (file.br && accepted.has('br')) return { body: file.br, encoding: 'br' };
  if (file.gzip && accepted.has('gzip')) return { body: file.gzip, encoding: 'gzip' };
  return { body: file.plain, encoding: null };
}

function acceptedEncodings(header: string): Set<string> {
  const entries = header.toLowerCase().split(',');
  return new Set(
    entries
      .map((entry) => entry.trim().split(/\s*;\s*/))
      .filter(([, quality]) => !quality || !/^q=0(?:\.0*)?$/.test(quality))
      .map(([name]) => name!),
  );
}

/** The start page as a page some folders below its own, whose parts are still found from there. */
function startPageBelow({ type, plain, cacheControl }: UiFile, depth: number): UiFile {
  const up = '../'.repeat(depth);
  const moved = Buffer.from(plain.toString().replaceAll(/((?:src|href)=")\.\//g, `$1${up}`));
  return { type, etag: etagOf(moved), cacheControl, plain: moved, br: null, gzip: null };
}

function etagOf(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

function readUiFile(path: string): UiFile {
  const gzip = readIfThere(`${path}.gz`);
  // All browsers take a compressed copy: the largest of the three is not held for the few who do not.
  const held = gzip ?? readFileSync(path);
  return {
    type: contentTypeOf(path),
    etag: etagOf(held),
    cacheControl: cacheControlOf(path),
    get plain() {
      return gzip ? gunzipSync(gzip) : held;
    },
    br: readIfThere(`${path}.br`),
    gzip,
  };
}

/** Names of assets hold a hash of their content; icons hardly ever change, and nothing depends on them. */
function cacheControlOf(path: string): string {
  if (path.includes(`${sep}assets${sep}`)) return 'public, max-age=31536000, immutable';
  const isIcon = path.includes(`${sep}icons${sep}`) || path.endsWith('favicon.svg');
  return isIcon ? 'public, max-age=86400' : 'no-cache';
}

function readIfThere(path: string): Buffer | null {
  return existsSync(path) ? readFileSync(path) : null;
}
