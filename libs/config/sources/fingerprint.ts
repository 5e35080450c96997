import { createHash } from 'node:crypto';

/** A file as it was found: its text, or null when it could not be read. */
export interface FoundFile {
  readonly name: string;
  readonly text: string | null;
}

/** Stands for the names and contents of a set of files: equal exactly when they are. */
export function fingerprintOf(files: readonly FoundFile[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(JSON.stringify([name, text]));
  return hash.digest('base64url');
}
