import { readFileSync } from 'node:fs';
import { getCACertificates, TLSSocketOptions } from 'node:tls';
import { TlsConfig } from '#lib/config';

/** How a server's certificate is checked, as Node's TLS takes it. */
export interface CertificateCheck extends Pick<TLSSocketOptions, 'ca' | 'rejectUnauthorized'> {
  readonly rejectUnauthorized: boolean;
}

/** Reads the certificates of a target; nothing given means what Node trusts by default. */
export function certificateCheck(tls: TlsConfig | undefined): CertificateCheck {
  if (!tls || (tls.caFile === '' && !tls.insecure)) return { rejectUnauthorized: true };
  if (tls.insecure) return { rejectUnauthorized: false };
  const ca = [...getCACertificates('default'), readFileSync(tls.caFile, 'utf8')];
  return { rejectUnauthorized: true, ca };
}
