import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Both ends of a pipe. */
export interface OutputPipe {
  readonly reader: Socket;
  /** File descriptor to hand to a child; close it afterwards. */
  readonly writer: number;
}

let counter = 0;

/**
 * Opens a pipe in `folder` whose writing end can serve a child as stdout and stderr at once, so that
 * their order is kept. Node itself can only make socket pairs, one for each, which programs cannot
 * reopen as `/dev/stderr` either. Null where there is no `mkfifo`.
 */
export async function openOutputPipe(folder: string): Promise<OutputPipe | null> {
  const path = join(folder, `output-${process.pid}-${(counter += 1)}`);
  try {
    await run('mkfifo', ['-m', '600', path]);
  } catch {
    return null;
  }
  // The reader first and without blocking: opening either end alone waits for the other.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writer = openSync(path, constants.O_WRONLY);
    return { reader: new Socket({ fd: reader, readable: true, writable: false }), writer };
  } catch (error) {
    closeSync(reader);
    throw error;
  } finally {
    unlinkSync(path);
  }
}
