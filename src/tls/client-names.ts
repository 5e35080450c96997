import { PeerCertificate } from 'node:tls';

/**
 * Names of a client certificate: its common names as they are, its alternative names with their
 * kind, such as `DNS:a.example`, `URI:spiffe://…`, `email:a@b.example` or `IP Address:10.0.0.1`.
 */
export function clientNames({
  subject,
  subjectaltname = '',
}: Pick<PeerCertificate, 'subject' | 'subjectaltname'>): string[] {
  // Several names, or a name with a comma or a quote, make forms that could be taken for another.
  const common = [subject?.CN ?? []].flat();
  const alternative = subjectaltname.includes('"') ? [] : subjectaltname.split(', ');
  return [...common, ...alternative].filter((name) => name !== '');
}

/** Whether one of the names is let in; with an empty list all are. */
export function isLetIn(names: readonly string[], allowed: readonly string[]): boolean {
  return allowed.length === 0 || names.some((name) => allowed.includes(name));
}
