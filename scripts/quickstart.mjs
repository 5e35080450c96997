/**
 * `npm run quickstart`: installs and builds what is missing or out of date, starts Drover with
 * config/quickstart.yaml and says where to point a browser or curl. Plain JavaScript that runs on
 * Node.js 18 and newer without any package, because it runs before there are any.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const isWindows = process.platform === 'win32';
const node = isWindows
  ? join(root, 'node_modules', 'node', 'bin', 'node.exe')
  : join(root, 'node_modules', '.bin', 'node');
const main = join(root, 'dist', 'src', 'main.js');
const stamp = join(root, 'dist', '.built-from');

/** What the build is made from; specs are not part of it. */
const SOURCES = ['src', 'libs', 'plugins', 'ui', 'package.json', 'package-lock.json'].concat([
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
]);
const NO_SOURCE = /^(node_modules|dist|fixtures|\..*|.*\.(spec|e2e-spec)\.ts)$/;

/** Two signals within this time are one: npm passes on what the terminal has sent already. */
const SAME_SIGNAL_MS = 500;

/**
 * Time in which a signal that went to the whole process group shows in Drover. Passing it on as well
 * would be the second signal, which ends Drover without waiting for running requests.
 */
const OWN_SIGNAL_MS = 250;

/** How often to look whether the program that started us is still there. */
const PARENT_CHECK_MS = 500;

/** The child that runs now, so that a signal reaches it. */
let running = null;
let isStopping = false;
let hasDroverBegunToStop = false;

const args = process.argv.slice(2);
const listen = valueOf('listen') ?? process.env.DROVER_LISTEN ?? '127.0.0.1:8080';
forwardSignals();
const parentCheck = watchParent();
try {
  process.exitCode = await quickstart();
} catch (error) {
  console.error(`\nquickstart: ${error.message}`);
  process.exitCode = 1;
} finally {
  clearInterval(parentCheck);
}

async function quickstart() {
  const beganMs = Date.now();
  await checkPort(listen);
  if (isInstallStale()) {
    say('Installing packages (npm ci) …');
    await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'inherit');
  }
  const hash = sourceHash();
  if (!existsSync(main) || readIfThere(stamp) !== hash) {
    say('Building …');
    await npm(['run', '--silent', 'build'], 'pipe');
    writeFileSync(stamp, hash);
  }
  say('Starting Drover …');
  return serve(beganMs);
}

function isInstallStale() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || !existsSync(node)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

function sourceHash() {
  const hash = createHash('sha256');
  for (const name of SOURCES) addToHash(hash, join(root, name), name);
  return hash.digest('hex');
}

function addToHash(hash, path, name) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0');
    return;
  }
  // oxlint-disable-next-line unicorn/no-array-sort -- Node.js 18 has no toSorted
  for (const entry of readdirSync(path).sort()) {
    if (!NO_SOURCE.test(entry)) addToHash(hash, join(path, entry), `${name}/${entry}`);
  }
}

/** Refuses early, before anything is installed, when the port cannot be had. */
function checkPort(address) {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(address);
  if (!match) return Promise.resolve();
  const host = match[1] ?? match[2];
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', (error) => failed(new Error(portAdvice(address, error.code))));
    probe.listen({ port: Number(match[3]), ...(host ? { host } : {}) }, () => probe.close(done));
  });
}

function portAdvice(address, code) {
  const reasons = {
    EADDRINUSE: 'another program listens there already',
    EACCES: 'this user may not listen there',
    EADDRNOTAVAIL: 'this machine does not have that address',
  };
  return (
    `cannot listen on ${address}: ${reasons[code] ?? code}.\n` +
    'End that program or choose another port, for example:\n' +
    '  npm run quickstart -- -listen 127.0.0.1:9090\n' +
    '  DROVER_LISTEN=127.0.0.1:9090 npm run quickstart'
  );
}

/** Runs npm at the root; with `output` piped, it is shown only when npm fails. */
async function npm(words, output) {
  const script = process.env.npm_execpath;
  const [command, ...rest] = script ? [process.execPath, script, ...words] : ['npm', ...words];
  const lines = [];
  const status = await start(command, rest, {
    cwd: root,
    shell: isWindows && !script,
    stdio: ['ignore', output, output === 'pipe' ? 'pipe' : 'inherit'],
    onLine: (line) => lines.push(line),
  });
  if (isStopping) throw new Error('stopped');
  if (status === 0) return;
  console.error(lines.join('\n'));
  throw new Error(`npm ${words.join(' ')} failed with status ${status}`);
}

/** Runs Drover until it ends; its status is ours. */
function serve(beganMs) {
  const isOwnModels = args.some((word) => /^--?(config|config-dir|models)(=|$)/.test(word));
  const config = isOwnModels ? [] : ['-config', join(root, 'config', 'quickstart.yaml')];
  const own = [main, ...config, ...(valueOf('listen') === null ? ['-listen', listen] : [])];
  let isWelcome = false;
  const onLine = (text) => {
    console.log(text);
    hasDroverBegunToStop ||= text.includes(': shutting down');
    const address = /listening (?:with TLS )?on (https?:\/\/\S+)/.exec(text)?.[1];
    if (isWelcome || !address) return;
    isWelcome = true;
    const url = browsable(address);
    const ready = `Drover is ready after ${((Date.now() - beganMs) / 1000).toFixed(1)} s.`;
    process.stdout.write(frame(`${ready}\n${isOwnModels ? where(url) : welcome(url)}`));
  };
  const [command, ...words] = [...endsWithUs(), node, ...own, ...args];
  return start(command, words, {
    // Paths in the arguments are relative to where the user stands.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: ['ignore', 'pipe', 'inherit'],
    onLine,
  });
}

/** Has Linux tell Drover to end when this process is killed without a chance to do so itself. */
function endsWithUs() {
  const setpriv = '/usr/bin/setpriv';
  return process.platform === 'linux' && existsSync(setpriv)
    ? [setpriv, '--pdeathsig', 'TERM']
    : [];
}

function start(command, words, { onLine, ...options }) {
  return new Promise((done, failed) => {
    const child = spawn(command, words, options);
    running = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on('line', onLine);
    }
    child.once('error', failed);
    child.once('close', (status, signal) => {
      running = null;
      done(signal ? 1 : status);
    });
  });
}

function forwardSignals() {
  let lastMs = 0;
  const forward = (received) => {
    const signal = received === 'SIGHUP' ? 'SIGTERM' : received;
    const isRepeated = Date.now() - lastMs < SAME_SIGNAL_MS;
    if (isRepeated) return;
    lastMs = Date.now();
    const isSecond = isStopping;
    isStopping = true;
    if (!running) process.exit(130);
    if (isSecond) running.kill(signal);
    else setTimeout(() => hasDroverBegunToStop || running?.kill(signal), OWN_SIGNAL_MS);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
}

/** Ends everything when npm or the shell that started us is gone, signal or not. */
function watchParent() {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent && !isStopping) process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
}

/** The value of a flag in the arguments, in any of its forms; the last one counts. */
function valueOf(name) {
  let value = null;
  args.forEach((word, at) => {
    if (word === `-${name}` || word === `--${name}`) value = args[at + 1] ?? null;
    const match = new RegExp(`^--?${name}=(.*)$`).exec(word);
    if (match) value = match[1];
  });
  return value;
}

/** The address as a browser on this machine can open it. */
function browsable(url) {
  return url.replace(/\/\/(\[::\]|0\.0\.0\.0)?:/, '//localhost:').replace(/\/$/, '');
}

function where(url) {
  return `
Browser:  ${url}
Models:   curl ${url}/v1/models
Running:  curl ${url}/running
Stop:     Ctrl-C
`;
}

function welcome(url) {
  const post = (path) => `  curl -N ${url}${path} -H 'Content-Type: application/json' \\\n    -d `;
  const chat = (model) =>
    `${post('/v1/chat/completions')}'{"model":"${model}","stream":true,` +
    `"messages":[{"role":"user","content":"Hello"}]}'`;
  return `${where(url)}
Chat with the small model, then with the large one, and see Drover swap them:
${chat('demo-small')}

${chat('demo-large')}

Embeddings come from a third model, which stays beside them:
${post('/v1/embeddings')}'{"model":"demo-embed","input":"a flock of sheep"}'
`;
}

function frame(text) {
  const line = '─'.repeat(72);
  return `\n${line}\n${text}${line}\n`;
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function say(text) {
  console.log(`quickstart: ${text}`);
}
