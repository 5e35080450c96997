import { Server, TLSSocket } from 'node:tls';
import { CancelTimer, Clock } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { TlsMaterial } from '../app-options.interface.js';
import { clientNames, isLetIn } from './client-names.js';
import { secureContextOptions } from './secure-context.js';
import { isSameMaterial } from './tls-material.js';

/** How often the files are looked at where changes are watched for, milliseconds. */
const WATCH_MS = 10_000;

/** What {@link TlsRenewal} works with. */
export interface TlsRenewalOptions {
  readonly server: Server;
  /** What the server was started with. */
  readonly material: TlsMaterial;
  /** Reads the files; throws when they cannot be used. */
  readonly read: () => TlsMaterial;
  readonly clock: Clock;
  readonly log: (level: 'info' | 'warn', text: string) => void;
  /** Told what is wrong with the files, null when all is well. */
  readonly report: (problem: string | null) => void;
}

/**
 * Puts renewed certificates in force for new connections; those that are open go on with the old
 * ones. Files that cannot be used change nothing.
 */
export class TlsRenewal {
  private material: TlsMaterial;
  private cancelWatch: CancelTimer | null = null;
  private lastProblem: string | null = null;

  constructor(private readonly options: TlsRenewalOptions) {
    this.material = options.material;
  }

  /** Looks at the files every ten seconds from now on. */
  watch(): void {
    this.cancelWatch ??= this.options.clock.every(WATCH_MS, () => this.renew());
  }

  /** Reads the files again. */
  renew(): void {
    const { server, read, log, report } = this.options;
    try {
      const material = read();
      if (!isSameMaterial(material, this.material)) {
        server.setSecureContext(secureContextOptions(material));
        this.material = material;
        log('info', 'the TLS certificates have been renewed');
      }
      this.lastProblem = null;
      report(null);
    } catch (error) {
      const problem = (error as Error).message;
      if (problem !== this.lastProblem) {
        log('warn', `${problem}; the old TLS certificates stay in force`);
      }
      this.lastProblem = problem;
      report('the renewed TLS certificates cannot be used');
    }
  }

  /** Ends the watching. */
  close(): void {
    this.cancelWatch?.();
    this.cancelWatch = null;
  }
}

/** Cuts connections of clients whose certificate is valid and whose name is not on the list. */
export function guardClientNames(
  server: Server,
  allowed: readonly string[],
  log: (level: 'warn', text: string) => void,
): void {
  if (allowed.length === 0) return;
  const [next] = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    const names = clientNames(socket.getPeerCertificate());
    if (isLetIn(names, allowed)) {
      next?.call(server, socket);
      return;
    }
    log('warn', `refused a client certificate of ${printable(names.join(', ') || 'nobody')}`);
    socket.destroy();
  });
}
