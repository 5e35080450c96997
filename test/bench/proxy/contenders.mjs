// Starts the programs that are compared, each in processes of its own.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answering, end, freeModelPorts, freePort, startDrover } from '../drover.mjs';

const here = import.meta.dirname;
const preload = ['--import', join(here, 'report-cpu.mjs')];
const NGINX_PATHS = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'];
/** Clock ticks of `/proc` per second; the same on every Linux. */
const TICKS = 100;

/** Starts a script and waits for the port that it reports. */
async function start(script, args, execArgv = []) {
  const child = fork(script, args, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = await once(child, 'message');
  return { child, port };
}

/** The model server that the simple contenders forward to. */
export async function startUpstream() {
  return start(join(here, 'upstream.mjs'), []);
}

/** Configuration of one model, in the format that Drover and llama-swap share. */
function modelLines() {
  const command = `${process.execPath} ${join(here, 'upstream.mjs')} \${PORT}`;
  return [
    'models:',
    '  bench:',
    `    cmd: ${command}`,
    '    checkEndpoint: /',
    '    concurrencyLimit: 2000',
  ];
}

function reporting(name, { child, port }) {
  return {
    name,
    pid: child.pid,
    origin: `http://127.0.0.1:${port}`,
    /** CPU time and memory of the process so far. */
    async usage() {
      const reported = once(child, 'message');
      child.send('cpu');
      return (await reported)[0];
    },
    stop: () => end(child),
  };
}

async function startSimple(name, target) {
  return reporting(name, await start(join(here, `${name}.mjs`), [target], preload));
}

/** Drover as its users run it: built, with a configuration file and a model of its own. */
async function startOurs() {
  return reporting('drover', await startDrover(modelLines(), { execArgv: preload }));
}

/** CPU time and memory of other people's programs, from `/proc`. */
function usageOf(pids) {
  let [ticks, pages] = [0, 0];
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
    pages += Number(fields[21]);
  }
  return { cpuMicros: (ticks / TICKS) * 1e6, rssBytes: pages * 4096 };
}

function foreign(name, child, { port, pids }) {
  return {
    name,
    pid: child.pid,
    origin: `http://127.0.0.1:${port}`,
    usage: async () => usageOf(pids()),
    stop: () => end(child),
  };
}

const NGINX = (port, target, folder) => `
daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream model { server ${new URL(target).host}; keepalive 2000; keepalive_requests 100000000; }
  keepalive_requests 100000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_buffering off; proxy_read_timeout 600s;
    }
  }
}`;

/** nginx with one process and an access log; null where it is not installed. */
async function startNginx(target) {
  const binary = NGINX_PATHS.find((path) => existsSync(path));
  if (!binary || process.platform !== 'linux') return null;
  const folder = mkdtempSync(join(tmpdir(), 'drover-bench-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), NGINX(port, target, folder));
  const child = spawn(binary, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await answering(port, child);
  return foreign('nginx', child, { port, pids: () => [child.pid] });
}

/** The llama-swap that `LLAMA_SWAP_BIN` names, on the same configuration as Drover; null without. */
async function startLlamaSwap() {
  const binary = process.env.LLAMA_SWAP_BIN;
  if (!binary || process.platform !== 'linux') return null;
  const folder = mkdtempSync(join(tmpdir(), 'drover-bench-swap-'));
  const config = join(folder, 'config.yaml');
  writeFileSync(
    config,
    `${[`startPort: ${await freeModelPorts()}`, ...modelLines()].join('\n')}\n`,
  );
  const port = await freePort();
  const child = spawn(binary, ['-config', config, '-listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.resume();
  await answering(port, child);
  return foreign('llama-swap', child, { port, pids: () => [child.pid] });
}

const noUsage = async () => ({ cpuMicros: 0, rssBytes: 0 });

/** No proxy at all: what the way to the model costs by itself. */
function direct(target) {
  return { name: 'direct', origin: target, usage: noUsage, stop: async () => undefined };
}

/** All contenders that there are, or those named, ready; the simple ones forward to `target`. */
export async function startAll(target, only = null) {
  const starts = {
    direct: () => direct(target),
    bare: () => startSimple('bare', target),
    'http-proxy-middleware': () => startSimple('http-proxy-middleware', target),
    nginx: () => startNginx(target),
    'llama-swap': startLlamaSwap,
    drover: startOurs,
  };
  const contenders = [];
  for (const [name, startOne] of Object.entries(starts)) {
    if (only && !only.includes(name)) continue;
    const contender = await startOne();
    if (contender) contenders.push(contender);
  }
  return contenders;
}
