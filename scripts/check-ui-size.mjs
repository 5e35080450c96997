/**
 * `npm run check:size`: fails when the built web UI has grown beyond its budget: the start, each page,
 * and everything together with what is fetched on demand. Counts scripts and styles as they go over the wire, compressed with Brotli. Needs `npm run build:ui`.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const START_BUDGET_BYTES = 110_000;
const PAGE_BUDGET_BYTES = 40_000;
const TOTAL_BUDGET_BYTES = 450_000;

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
const pages = Object.keys(manifest).filter((key) => /src\/pages\//.test(key));
const withPages = pages.reduce((files, key) => filesOf(key, new Set(), files), new Set(shell));
const everything = Object.keys(manifest).reduce((files, key) => {
  return manifest[key].file.endsWith('.js') ? filesOf(key, new Set(), files) : files;
}, new Set());
const onDemand = everything.difference(withPages);
rows.push(['everything', bytesOf(everything), TOTAL_BUDGET_BYTES]);
for (const [name, bytes, budget] of rows) {
  const mark = bytes > budget ? 'TOO LARGE' : 'ok';
  const figures = `${(bytes / 1000).toFixed(1).padStart(6)} of ${budget / 1000} kB`;
  console.log(`${name.padEnd(24)} ${figures}  ${mark}`);
}
const largest = [...onDemand]
  .map((name) => [name.replace(/^assets\//, ''), bytesOf([name])])
  .toSorted((a, b) => b[1] - a[1])
  .slice(0, 4)
  .map(([name, bytes]) => `${name} ${(bytes / 1000).toFixed(1)} kB`);
console.log(
  `${onDemand.size} pieces come only with what needs them, ` +
    `${(bytesOf(onDemand) / 1000).toFixed(1)} kB in all; the largest: ${largest.join(', ')}`,
);
if (rows.some(([, bytes, budget]) => bytes > budget)) process.exitCode = 1;
