// How long after a model's server has become ready the first byte of the waiting request reaches it.
//
//   npm run bench:ready [-- --starts 200 --least 50 --most 1500]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '200' },
    least: { type: 'string', default: '50' },
    most: { type: 'string', default: '1500' },
  },
});
const starts = Number(values.starts);
const root = join(import.meta.dirname, '../../..');

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function startDrover(folder) {
  const script = join(import.meta.dirname, 'late-server.mjs');
  const command = `${process.execPath} ${script} \${PORT} ${values.least} ${values.most}`;
  const config = join(folder, 'config.yaml');
  writeFileSync(config, `startPort: ${await freePort()}\nmodels:\n  late:\n    cmd: ${command}\n`);
  const port = await freePort();
  const child = fork(
    join(root, 'dist/src/main.js'),
    ['-config', config, '-listen', `127.0.0.1:${port}`],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const listening = Promise.withResolvers();
  child.stdout.on('data', (text) => {
    if (String(text).includes('listening on')) listening.resolve();
  });
  child.once('exit', (code) => listening.reject(new Error(`drover ended with ${code}`)));
  await listening.promise;
  return { child, base: `http://127.0.0.1:${port}` };
}

/** One start: the waiting request, what the server says of it, and the stop. */
async function oneStart(base) {
  const answer = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"model":"late"}',
  });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  const told = await answer.json();
  if (!(told.addedMs >= 0)) throw new Error('forwarded before it was ready');
  await (await fetch(`${base}/api/models/unload`, { method: 'POST' })).text();
  return told;
}

function row(name, added) {
  const sorted = added.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const mean = added.reduce((sum, one) => sum + one, 0) / added.length;
  const figures = [mean, at(0.5), at(0.95), sorted.at(-1)].map((one) => one.toFixed(1));
  console.log(`| ${[name, added.length, ...figures].join(' | ')} |`);
}

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const { child, base } = await startDrover(folder);
try {
  const told = [];
  for (let start = 0; start < starts; start += 1) told.push(await oneStart(base));
  console.log(
    `Load times ${values.least} to ${values.most} ms, milliseconds from ready to forwarded\n`,
  );
  console.log('| until ready the server | starts | mean | p50 | p95 | worst |');
  console.log('|---|---|---|---|---|---|');
  const added = (which) => told.filter(which).map(({ addedMs }) => addedMs);
  row(
    'answers 503',
    added(({ bindsLate }) => !bindsLate),
  );
  row(
    'refuses connections',
    added(({ bindsLate }) => bindsLate),
  );
  row(
    'both',
    added(() => true),
  );
} finally {
  child.kill('SIGTERM');
  await once(child, 'exit');
  rmSync(folder, { recursive: true });
}
