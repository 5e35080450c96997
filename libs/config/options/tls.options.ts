import { Setting } from './setting.decorator.js';

/** How the certificate of an `https` server is checked. */
export class TlsOptions {
  @Setting({
    kind: 'text',
    doc: 'PEM file with the certificates that are trusted besides those Node.js brings along, relative to the working directory.',
  })
  caFile = '';

  @Setting({
    kind: 'flag',
    doc: 'Takes any certificate. Whoever stands between can then read and change everything.',
  })
  insecure = false;
}
