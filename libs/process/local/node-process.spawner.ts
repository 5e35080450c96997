import { ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import { RuntimeExit } from '#lib/plugin-api';
import { RuntimeDirectory } from '../orphans/runtime-directory.js';
import { openOutputPipe, OutputPipe } from './output-pipe.js';
import { ProcessSpawner, SpawnCommand, SpawnedProcess } from './process-spawner.interface.js';

/** Children through `node:child_process`. */
export class NodeProcessSpawner implements ProcessSpawner {
  constructor(private readonly folder: RuntimeDirectory) {}

  async spawn(command: SpawnCommand): Promise<SpawnedProcess> {
    // The parent-death signal belongs to the thread that forked.
    if (!isMainThread) throw new Error('children are started on the main thread only');
    const pipe = command.onOutput ? await this.openPipe() : null;
    try {
      const child = start(command, pipe);
      await spawned(child);
      return watched(child, pipe, command.onOutput);
    } catch (error) {
      pipe?.reader.destroy();
      throw error;
    } finally {
      if (pipe) closeSync(pipe.writer);
    }
  }

  private async openPipe(): Promise<OutputPipe | null> {
    if (process.platform === 'win32') return null;
    const folder = this.folder.ensure();
    return folder === null ? null : openOutputPipe(folder);
  }
}

function start(command: SpawnCommand, pipe: OutputPipe | null): ChildProcess {
  const output = command.onOutput ? (pipe?.writer ?? 'pipe') : 'ignore';
  return spawn(command.file, command.argv.slice(1), {
    argv0: command.argv[0],
    env: command.env,
    stdio: ['ignore', output, output],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

function spawned(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('spawn', resolve);
  child.once('error', reject);
  return promise;
}

function watched(
  child: ChildProcess,
  pipe: OutputPipe | null,
  onOutput: SpawnCommand['onOutput'],
): SpawnedProcess {
  const { promise: exited, resolve } = Promise.withResolvers<RuntimeExit>();
  child.once('exit', (code, signal) => resolve({ code, signal }));
  child.on('error', () => {});
  const streams = [pipe?.reader, child.stdout, child.stderr].filter((stream) => !!stream);
  return {
    pid: child.pid!,
    exited,
    outputEnded: Promise.all(streams.map((stream) => drained(stream, onOutput))),
    closeOutput: () => streams.forEach((stream) => stream.destroy()),
  };
}

async function drained(stream: Readable, onOutput: SpawnCommand['onOutput']): Promise<void> {
  stream.on('data', (chunk: Uint8Array) => onOutput?.(chunk));
  // Closed by us or broken: either way there is nothing more to read.
  await finished(stream, { writable: false }).catch(() => {});
}
