import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate of a server with its key, as PEM texts. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority made for a test, which nobody trusts unless told; `openssl` has to be there. */
export class TestAuthority implements Disposable {
  private readonly folder = mkdtempSync(join(tmpdir(), 'drover-ca-'));
  private serial = 0;
  /** Its own certificate. */
  readonly file = join(this.folder, 'ca.pem');

  constructor() {
    const subject = ['-subj', '/CN=Drover test authority', '-days', '2'];
    this.openssl('req', '-x509', ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.pem', ...subject);
  }

  /** Signs a certificate for names such as `DNS:localhost` and `IP:127.0.0.1`. */
  sign(names: string): ServerCertificate {
    const name = `server-${(this.serial += 1)}`;
    writeFileSync(join(this.folder, `${name}.ext`), `subjectAltName=${names}\n`);
    this.openssl('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', '/');
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', String(this.serial)];
    const out = ['-out', `${name}.pem`, '-days', '2', '-extfile', `${name}.ext`];
    this.openssl('x509', '-req', '-in', `${name}.csr`, ...signer, ...out);
    return { cert: this.read(`${name}.pem`), key: this.read(`${name}.key`) };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  private read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  private openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
