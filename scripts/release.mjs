/**
 * `npm run release -- VERSION|patch|minor|major [--dry-run]`: checks that the tree is clean, sets the version
 * everywhere, turns the changelog's Unreleased into a dated section, builds, packs, and writes checksums and a
 * list of all parts (SBOM, CycloneDX) into release/. With --dry-run it works on a copy and leaves the tree
 * alone. It neither pushes nor publishes: the last lines say what is left to do.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { datedChangelog, nextVersion } from './release-texts.mjs';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false } },
});
const isDryRun = values['dry-run'];

function run(file, args, cwd) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio, maxBuffer: 2 ** 26 });
}

/** A copy of what git tracks, so that a dry run changes nothing. */
function copyOfTree() {
  const folder = mkdtempSync(join(tmpdir(), 'drover-release-'));
  for (const file of run('git', ['ls-files', '-z'], root).split('\0').filter(Boolean)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function replaceIn(file, pattern, text) {
  const before = readFileSync(file, 'utf8');
  if (!pattern.test(before)) throw new Error(`${file}: there is no ${pattern}`);
  writeFileSync(file, before.replace(pattern, text));
}

function setVersion(tree, version) {
  for (const name of ['package.json', 'package-lock.json']) {
    replaceIn(join(tree, name), /"version": "[^"]+"/, `"version": "${version}"`);
  }
  replaceIn(
    join(tree, 'package-lock.json'),
    /("": \{\s*"name": "drover",\s*"version": )"[^"]+"/,
    `$1"${version}"`,
  );
  const chart = join(tree, 'deploy/helm/drover/Chart.yaml');
  replaceIn(chart, /^version: .*$/m, `version: ${version}`);
  replaceIn(chart, /^appVersion: .*$/m, `appVersion: ${version}`);
}

function checksums(folder) {
  const lines = readdirSync(folder)
    .toSorted()
    .map((name) => {
      const digest = createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex');
      return `${digest}  ${name}\n`;
    });
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
}

function release(tree) {
  const { version: current } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8'));
  const version = nextVersion(current, positionals[0] ?? 'patch');
  const changelog = join(tree, 'CHANGELOG.md');
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(changelog, datedChangelog(readFileSync(changelog, 'utf8'), version, today));
  setVersion(tree, version);
  const commit = run('git', ['rev-parse', '--short=8', 'HEAD'], root).trim();
  process.env.DROVER_COMMIT ??= commit;
  run('npm', ['run', 'build'], tree);
  const out = join(root, 'release');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  run('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', out], tree);
  const sbom = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only'];
  writeFileSync(join(out, `drover-${version}.cdx.json`), run('npm', sbom, tree));
  checksums(out);
  return { version, out };
}

if (!isDryRun && run('git', ['status', '--porcelain'], root) !== '') {
  throw new Error('the tree has changes that are not committed; --dry-run does not mind');
}
const tree = isDryRun ? copyOfTree() : root;
try {
  const { version, out } = release(tree);
  for (const name of readdirSync(out)) console.log(`release/${name}`);
  if (isDryRun) console.log(`dry run: version ${version}, nothing in the tree has changed`);
  else {
    console.log(`git commit -am "chore(release): ${version}" && git tag -s v${version}`);
    console.log('Then push, and upload what is in release/.');
  }
} finally {
  if (isDryRun) rmSync(tree, { recursive: true, force: true });
}
