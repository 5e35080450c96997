#!/usr/bin/env node
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { compileCacheFolder } from './cli/compile-cache.js';
import { initArguments } from './cli/first-process.js';
import { unsupportedNode } from './cli/node-version.js';

const refusal = unsupportedNode(process.versions.node);
if (refusal !== null) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}

const init = initArguments(process);
if (init && existsSync(init[0]!)) process.execve?.(init[0]!, init, process.env);

// Only what is imported from here on can come out of the cache.
const folder = compileCacheFolder(process.env);
if (folder !== null) nodeModule.enableCompileCache(process.env['NODE_COMPILE_CACHE'] || folder);
const { dispatch } = await import('./cli/dispatch.js');
const { flush } = await import('./cli/flush.js');

// A reader of our output that goes away must not end the models.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// Commands in a config file can start Drover's own demo servers: ${env.DROVER_NODE} ${env.DROVER_MAIN}.
process.env['DROVER_NODE'] ??= process.execPath;
process.env['DROVER_MAIN'] ??= import.meta.filename;

const status = await dispatch(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
});
await flush([process.stdout, process.stderr]);
process.exit(status);
