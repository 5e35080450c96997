// Starts the programs that are compared, each in its own process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../../..');
const preload = [
  '--import',
  join(here, 'report-cpu.mjs'),
  ...(process.env.BENCH_PRELOAD?.split(' ') ?? []),
];

/** Starts a script and waits for the port that it reports. */
async function start(script, args, execArgv = []) {
  const child = fork(script, args, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = await once(child, 'message');
  return { child, port };
}

export async function startUpstream() {
  return start(join(here, 'upstream.mjs'), []);
}

async function startSimple(name, target) {
  const { child, port } = await start(join(here, `${name}.mjs`), [target], preload);
  return contender(name, child, port);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when a server answers on the port. */
async function answering(port) {
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/health`);
      if (answer.ok) return;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

/** Drover as its users run it: built, with a configuration file and a model of its own. */
async function startDrover() {
  const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
  const config = join(folder, 'config.yaml');
  const command = `${process.execPath} ${join(here, 'upstream.mjs')} \${PORT}`;
  const startPort = await freePort();
  writeFileSync(
    config,
    `${process.env.DROVER_BENCH_YAML ?? ''}\nstartPort: ${startPort}\nmodels:\n  bench:\n    cmd: ${command}\n    concurrencyLimit: 2000\n`,
  );
  const entry = process.env.DROVER_BENCH_MAIN ?? join(root, 'dist/src/main.js');
  const port = await freePort();
  const child = fork(entry, ['-config', config, '-listen', `127.0.0.1:${port}`], {
    execArgv: [...preload, ...(process.env.DROVER_BENCH_EXEC_ARGV?.split(' ') ?? [])],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  // Its lines are read, as a service manager would.
  child.stdout.resume();
  await answering(port);
  return contender('drover', child, port);
}

function contender(name, child, port) {
  return {
    name,
    origin: `http://127.0.0.1:${port}`,
    async usage() {
      const reported = once(child, 'message');
      child.send('cpu');
      return (await reported)[0];
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export async function startAll(target) {
  return [
    await startSimple('bare', target),
    await startSimple('http-proxy-middleware', target),
    await startDrover(),
  ];
}
