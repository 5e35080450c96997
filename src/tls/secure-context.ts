import { TlsOptions } from 'node:tls';
import { TlsMaterial } from '../app-options.interface.js';

/**
 * What Node's servers want to know about certificates. TLS 1.2 is the least (RFC 8996); with
 * authorities for clients a handshake without a valid certificate fails.
 */
export function secureContextOptions({ cert, key, clientCa }: TlsMaterial): TlsOptions {
  const clients =
    clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return { cert, key, minVersion: 'TLSv1.2', ...clients };
}
