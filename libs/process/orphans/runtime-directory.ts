import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for what must survive a crash but not a reboot: `$XDG_RUNTIME_DIR/drover`, or
 * `drover-<uid>` in the system's folder for temporary files. Private to the user: what lies there
 * decides what is killed at the next start.
 */
export class RuntimeDirectory {
  constructor(private readonly env: Readonly<Record<string, string | undefined>> = process.env) {}

  /** Where it is, whether it exists or not. */
  get path(): string {
    const runtime = this.env['XDG_RUNTIME_DIR'];
    return runtime ? join(runtime, 'drover') : join(tmpdir(), `drover-${process.getuid?.() ?? 0}`);
  }

  /** Makes the folder; null when that is impossible or it belongs to somebody else. */
  ensure(): string | null {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
      const { uid, mode } = lstatSync(this.path);
      const foreign = process.getuid !== undefined && uid !== process.getuid();
      const open = process.platform !== 'win32' && (mode & 0o022) !== 0;
      return foreign || open || !lstatSync(this.path).isDirectory() ? null : this.path;
    } catch {
      return null;
    }
  }
}
