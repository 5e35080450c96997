// Puts the built server and what it needs of its packages into a few files under dist/src, instead of what
// `tsc` has written there: most of the time of a start went into finding and reading 2,700 files.
// dist/libs and dist/plugins stay; they hold the declarations, and what benchmarks import.
//
// Names and lines are kept, so that a stack trace tells where it comes from.
import { chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Packages that Nest asks for if they are there, and a native one that brings files of its own. */
const EXTERNAL = [
  /^node:/,
  /^koffi$/,
  /^@nestjs\/microservices/,
  /^@fastify\/(?:multipart|static|view)/,
];

/**
 * Packages that others bring along for what nothing here asks for: class-validator all phone numbers of the
 * world, half a megabyte of tables for one decorator, and Nest's schedule a calendar of all time zones for
 * times of day, beside the intervals that are used.
 */
const UNUSED = new Map([
  ['libphonenumber-js', "export const parsePhoneNumber = () => { throw new Error('left out'); };"],
  ['cron', "export class CronJob { constructor() { throw new Error('left out'); } }"],
]);

const UNUSED_PACKAGES = {
  name: 'unused-packages',
  resolveId(id) {
    const name = [...UNUSED.keys()].find((one) => id === one || id.startsWith(`${one}/`));
    return name ? `\0unused:${name}` : null;
  },
  load: (id) => (id.startsWith('\0unused:') ? UNUSED.get(id.slice('\0unused:'.length)) : null),
};

/** Packages with a second build as ES modules, of which what is not used can be left out. */
const AS_MODULES = new Map([
  ['rxjs', 'rxjs/dist/esm/index.js'],
  ['rxjs/operators', 'rxjs/dist/esm/operators/index.js'],
  ['class-validator', 'class-validator/esm2015/index.js'],
]);

const MODULE_BUILDS = {
  name: 'module-builds',
  resolveId: (id) => (AS_MODULES.has(id) ? join(root, 'node_modules', AS_MODULES.get(id)) : null),
};

/**
 * Importing one of these reads all of its members, and some load much that nobody here asks for:
 * `http.WebSocket` brings Node's whole `fetch`, `tls` all root certificates. They are required instead, and
 * of each only what is imported is read.
 */
const LAZY = new Set(['http', 'util', 'tls']);
const NO_MEMBERS = new Set(['default', 'WebSocket', 'CloseEvent', 'MessageEvent']);
const bare = (id) => id.replace(/^node:/, '');
const isMember = (name) => /^[A-Za-z_]\w*$/.test(name) && !NO_MEMBERS.has(name);

const LAZY_BUILTINS = {
  name: 'lazy-builtins',
  resolveId: (id, _importer, { kind }) =>
    LAZY.has(bare(id)) && kind === 'import-statement' ? `\0lazy:${bare(id)}` : null,
  load(id) {
    if (!id.startsWith('\0lazy:')) return null;
    const name = id.slice('\0lazy:'.length);
    const members = Object.keys(createRequire(import.meta.url)(`node:${name}`));
    return [
      "import { createRequire } from 'node:module';",
      `const all = createRequire(import.meta.url)('node:${name}');`,
      'const member = (name) => all[name];',
      'export default all;',
      ...members
        .filter(isMember)
        .map((one) => `export const ${one} = /* @__PURE__ */ member('${one}');`),
    ].join('\n');
  },
};

/** Entries by their files under dist/src. */
const input = {
  main: join(dist, 'src/main.js'),
  // What `drover/plugin-api` is for plugins: the same copy as the server's own.
  'plugin-api': join(dist, 'libs/plugin-api/index.js'),
  'plugin-api-testing': join(dist, 'libs/plugin-api/testing/index.js'),
  // Its place is relative to the chunk that starts the thread.
  'chunks/worker-entry': join(dist, 'libs/plugin-host/isolation/worker-entry.js'),
};

/** Text beyond ASCII makes V8 hold a whole file with two bytes for each character. */
function escaped(code) {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Everything under a folder, but for what is declared there and what was written just now. */
function removeOthers(folder, written) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.js(?:\.map)?$/.test(file) && !written.has(file)) rmSync(file);
  }
}

const bundle = await rolldown({
  input,
  cwd: root,
  platform: 'node',
  plugins: [UNUSED_PACKAGES, MODULE_BUILDS, LAZY_BUILTINS],
  external: (id) => !LAZY.has(bare(id)) && EXTERNAL.some((pattern) => pattern.test(id)),
  onLog(level, log, write) {
    // Nest looks for packages that nobody has to have.
    if (log.code !== 'UNRESOLVED_IMPORT' || !/node_modules\/@nestjs/.test(log.message))
      write(level, log);
  },
});
const { output } = await bundle.write({
  dir: join(dist, 'src'),
  format: 'esm',
  keepNames: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  comments: { legal: false, annotation: false, jsdoc: false },
});
const written = new Set();
for (const { fileName } of output) {
  const file = join(dist, 'src', fileName);
  writeFileSync(file, escaped(readFileSync(file, 'utf8')));
  written.add(file);
}
removeOthers(join(dist, 'src'), written);
// npm makes the program executable when it installs it; a container image takes it as it is.
chmodSync(join(dist, 'src/main.js'), 0o755);
await bundle.close();
