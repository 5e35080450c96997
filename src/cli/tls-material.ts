import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { TlsMaterial } from '../app-options.interface.js';
import { TlsFiles } from './serve-options.js';

/**
 * Reads and checks the two PEM files.
 *
 * @throws Error that names the file which cannot be read, or both when they do not fit together.
 */
export function readTlsMaterial({ certFile, keyFile }: TlsFiles): TlsMaterial {
  const cert = readPem('-tls-cert-file', certFile);
  const key = readPem('-tls-key-file', keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`TLS certificate ${certFile} with key ${keyFile}: ${reason}`, { cause: error });
  }
  return { cert, key };
}

function readPem(flag: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${flag} ${file}: ${(error as Error).message}`, { cause: error });
  }
}
