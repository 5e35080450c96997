import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CheckContext } from './check-context.js';

/** The certificates that peers are checked with must be there and readable. */
export function checkCertificates(context: CheckContext, cwd: string): void {
  for (const [id, { tls }] of context.options.peers) {
    if (tls.caFile === '') continue;
    const reason = unusable(resolve(cwd, tls.caFile));
    if (reason !== null) {
      context.error(['peers', id, 'tls', 'caFile'], `the file ${tls.caFile} ${reason}`);
    }
    if (!tls.insecure) continue;
    const path = ['peers', id, 'tls', 'insecure'];
    context.warn(path, 'takes any certificate, so that caFile has no effect');
  }
}

function unusable(file: string): string | null {
  try {
    const text = readFileSync(file, 'latin1');
    return text.includes('-----BEGIN CERTIFICATE-----') ? null : 'holds no PEM certificate';
  } catch {
    return 'cannot be read';
  }
}
