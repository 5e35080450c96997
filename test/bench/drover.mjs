// Starts the built Drover for a benchmark, with a configuration of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Below the ports that the system hands out to clients (Linux: from 32768), of which any may be taken. */
const MODEL_PORTS = { from: 20_000, to: 30_000 };

async function isFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The first of some ports in a row for models, of which none is in use. */
export async function freeModelPorts(count = 16) {
  const { from, to } = MODEL_PORTS;
  for (;;) {
    const first = from + Math.floor(Math.random() * (to - from - count));
    const ports = Array.from({ length: count }, (_, at) => first + at);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

/** Resolves when a server answers on the port; rejects when its process ends before that. */
export async function answering(port, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended: ${child.exitCode}`);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/health`);
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((next) => setTimeout(next, 50));
  }
}

/**
 * Starts Drover with these lines of configuration and waits until it listens. What it writes is
 * read, as a service manager would. `DROVER_BENCH_EXEC_ARGV` adds options for Node, such as
 * `--cpu-prof`; `DROVER_BENCH_YAML` adds lines to the configuration. With `config` that file is used.
 */
export async function startDrover(lines, options = {}) {
  const { execArgv = [], env = process.env } = options;
  const config = options.config ?? (await writeConfig(lines));
  const port = await freePort();
  const child = fork(MAIN, ['-config', config, '-listen', `127.0.0.1:${port}`], {
    execArgv: [...execArgv, ...(process.env.DROVER_BENCH_EXEC_ARGV?.split(' ') ?? [])],
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout.resume();
  await answering(port, child);
  return { child, port };
}

async function writeConfig(lines) {
  const config = join(mkdtempSync(join(tmpdir(), 'drover-bench-')), 'config.yaml');
  const extra = process.env.DROVER_BENCH_YAML ?? '';
  writeFileSync(
    config,
    `${[extra, `startPort: ${await freeModelPorts()}`, ...lines].join('\n')}\n`,
  );
  return config;
}

/** Asks a process to end and waits for it. */
export async function end(child) {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
