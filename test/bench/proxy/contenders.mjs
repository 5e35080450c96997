// Starts the programs that are compared, each in its own process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { end, startDrover } from '../drover.mjs';

const here = import.meta.dirname;
const preload = ['--import', join(here, 'report-cpu.mjs')];

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

async function startSimple(name, target) {
  const { child, port } = await start(join(here, `${name}.mjs`), [target], preload);
  return contender(name, child, port);
}

/** Drover as its users run it: built, with a configuration file and a model of its own. */
async function startOurs() {
  const command = `${process.execPath} ${join(here, 'upstream.mjs')} \${PORT}`;
  const lines = ['models:', '  bench:', `    cmd: ${command}`, '    concurrencyLimit: 2000'];
  const { child, port } = await startDrover(lines, { execArgv: preload });
  return contender('drover', child, port);
}

function contender(name, child, port) {
  return {
    name,
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

/** All contenders, ready; the simple ones forward to `target`. */
export async function startAll(target) {
  return [
    await startSimple('bare', target),
    await startSimple('http-proxy-middleware', target),
    await startOurs(),
  ];
}
