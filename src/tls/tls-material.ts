import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { TlsMaterial } from '../app-options.interface.js';

/** Where the certificates are. */
export interface TlsSources {
  readonly certFile: string;
  readonly keyFile: string;
  /** Empty when clients need no certificate. */
  readonly clientCaFile: string;
}

/**
 * Reads and checks the PEM files.
 *
 * @throws Error that names the file which cannot be read, or both when they do not fit together.
 */
export function readTlsMaterial({ certFile, keyFile, clientCaFile }: TlsSources): TlsMaterial {
  const cert = readPem('-tls-cert-file', certFile);
  const key = readPem('-tls-key-file', keyFile);
  const clientCa = clientCaFile === '' ? null : readPem('tls.clientCa', clientCaFile);
  attempt(`TLS certificate ${certFile} with key ${keyFile}`, { cert, key });
  if (clientCa) {
    if (!clientCa.includes('-----BEGIN CERTIFICATE-----')) {
      throw new Error(`tls.clientCa ${clientCaFile}: there is no PEM certificate in it`);
    }
    attempt(`tls.clientCa ${clientCaFile}`, { ca: clientCa });
  }
  return { cert, key, clientCa };
}

/** Whether two readings of the files are the same. */
export function isSameMaterial(one: TlsMaterial, other: TlsMaterial): boolean {
  return (
    one.cert.equals(other.cert) &&
    one.key.equals(other.key) &&
    (one.clientCa ?? EMPTY).equals(other.clientCa ?? EMPTY)
  );
}

const EMPTY = Buffer.alloc(0);

function attempt(what: string, parts: Parameters<typeof createSecureContext>[0]): void {
  try {
    createSecureContext(parts);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

function readPem(flag: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${flag} ${file}: ${(error as Error).message}`, { cause: error });
  }
}
