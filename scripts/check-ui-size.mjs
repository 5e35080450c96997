/**
 * `npm run check:size`: fails when the built web UI has grown beyond its budget. Counts scripts and
 * styles as they go over the wire, compressed with Brotli. Needs `npm run build:ui`.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const START_BUDGET_BYTES = 110_000;
const PAGE_BUDGET_BYTES = 40_000;

const dist = join(import.meta.dirname, '..', 'dist');
const manifest = JSON.parse(readFileSync(join(dist, 'ui-manifest.json'), 'utf8'));

/** Files that a chunk needs before it runs: itself, its styles and what it imports. */
function filesOf(key, seen = new Set(), files = new Set()) {
  if (seen.has(key)) return files;
  seen.add(key);
  const { file, css = [], imports = [] } = manifest[key];
  for (const name of [file, ...css]) files.add(name);
  for (const name of imports) filesOf(name, seen, files);
  return files;
}

function bytesOf(files) {
  return [...files].reduce((sum, name) => {
    const file = join(dist, 'ui', name);
    return sum + statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
  }, 0);
}

function pageOf(name) {
  const key = Object.keys(manifest).find((one) => one.endsWith(`src/pages/${name}.svelte`));
  if (!key) throw new Error(`the built UI has no page ${name}`);
  return filesOf(key);
}

const shell = filesOf('index.html');
const start = shell.union(pageOf('Home'));
const rows = [['start (shell and home)', bytesOf(start), START_BUDGET_BYTES]];
for (const key of Object.keys(manifest)) {
  const name = /src\/pages\/(\w+)\.svelte$/.exec(key)?.[1];
  if (!name || name === 'Home') continue;
  rows.push([name, bytesOf(pageOf(name).difference(start)), PAGE_BUDGET_BYTES]);
}
for (const [name, bytes, budget] of rows) {
  const mark = bytes > budget ? 'TOO LARGE' : 'ok';
  const figures = `${(bytes / 1000).toFixed(1).padStart(6)} of ${budget / 1000} kB`;
  console.log(`${name.padEnd(24)} ${figures}  ${mark}`);
}
if (rows.some(([, bytes, budget]) => bytes > budget)) process.exitCode = 1;
