import { CliIo } from './cli-io.interface.js';
import { MainFlags } from './main-flags.js';

/** Paths of the two PEM files. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** The command line of the server, completed with defaults. */
export interface ServeOptions {
  readonly configPath: string | null;
  readonly configDir: string | null;
  /** Folder of GGUF files, or null. */
  readonly modelsDir: string | null;
  /** As written or defaulted; read only when the listener is opened. */
  readonly listen: string;
  readonly tls: TlsFiles | null;
  readonly watchConfig: boolean;
  readonly logFormat: 'text' | 'json';
}

/** Mistakes of the command line that end the start with status 1. */
export class ServeOptionsError extends Error {
  override readonly name = 'ServeOptionsError';
}

/**
 * Completes the flags with the environment and defaults.
 *
 * @throws ServeOptionsError when no configuration is named, two kinds of it, or only one TLS file.
 */
export function serveOptions(flags: MainFlags, env: CliIo['env']): ServeOptions {
  if (!flags.config && !flags.configDir && !flags.models) {
    throw new ServeOptionsError(
      'no configuration: name a file with -config, a directory with -config-dir, or both; ' +
        'or name a folder of GGUF files with -models',
    );
  }
  if (flags.models && (flags.config || flags.configDir)) {
    throw new ServeOptionsError(
      '-models makes a configuration of its own: leave -config and -config-dir away',
    );
  }
  const tls = tlsFiles(flags);
  const fallback = tls ? ':8443' : ':8080';
  return {
    configPath: flags.config || null,
    configDir: flags.configDir || null,
    modelsDir: flags.models || null,
    listen: flags.listen || env['DROVER_LISTEN'] || fallback,
    tls,
    watchConfig: flags.watchConfig,
    logFormat: flags.logFormat,
  };
}

function tlsFiles({ tlsCertFile, tlsKeyFile }: MainFlags): TlsFiles | null {
  if (!tlsCertFile && !tlsKeyFile) return null;
  if (!tlsCertFile || !tlsKeyFile) {
    const missing = tlsCertFile ? '-tls-key-file' : '-tls-cert-file';
    throw new ServeOptionsError(
      `TLS needs both -tls-cert-file and -tls-key-file; ${missing} is missing`,
    );
  }
  return { certFile: tlsCertFile, keyFile: tlsKeyFile };
}
