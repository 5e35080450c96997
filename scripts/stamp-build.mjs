// Leaves version, commit and time of the build in dist/build-info.json, where `drover -version`
// finds them. DROVER_VERSION, DROVER_COMMIT and SOURCE_DATE_EPOCH (Unix seconds) win over what
// package.json, git and the clock say. Without git and without DROVER_COMMIT nothing is stamped.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist', 'build-info.json');
const { env } = process;

function gitCommit() {
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], options).trim();
  } catch {
    return null;
  }
}

const commit = env.DROVER_COMMIT || gitCommit();
if (commit === null) {
  rmSync(target, { force: true });
} else {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const epoch = env.SOURCE_DATE_EPOCH;
  const time = epoch ? new Date(Number(epoch) * 1000) : new Date();
  const date = time.toISOString().replace(/\.\d+Z$/, 'Z');
  const stamp = { version: env.DROVER_VERSION || version, commit, date };
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(target, `${JSON.stringify(stamp)}\n`);
}
