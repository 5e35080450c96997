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
    stdout: { write: (text) => (written.out += asText(text)) },
    stderr: { write: (text) => (written.err += asText(text)) },
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    out: () => written.out,
    err: () => written.err,
  };
}

function asText(piece: string | Uint8Array): string {
  return typeof piece === 'string' ? piece : Buffer.from(piece).toString();
}
