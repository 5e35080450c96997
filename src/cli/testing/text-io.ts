import { CliIo } from '../cli-io.interface.js';

/** A {@link CliIo} that collects what a command writes. */
export interface TextIo extends CliIo {
  out(): string;
  err(): string;
}

/** Makes a collecting {@link CliIo} for tests. */
export function textIo(options: Partial<Pick<CliIo, 'env' | 'cwd'>> = {}): TextIo {
  const written = { out: '', err: '' };
  return {
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    out: () => written.out,
    err: () => written.err,
  };
}
