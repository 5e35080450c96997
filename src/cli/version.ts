import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a build is known by. */
export interface BuildInfo {
  readonly version: string;
  /** Abbreviated commit. */
  readonly commit: string;
  /** Time of the build, RFC 3339. */
  readonly date: string;
}

/** What a build that nobody stamped says of itself. */
const UNSTAMPED: BuildInfo = { version: '0', commit: 'abcd1234', date: 'unknown' };

/** Reads the stamp that `npm run build` leaves beside the compiled program. */
export function readBuildInfo(
  file = join(import.meta.dirname, '..', '..', 'build-info.json'),
): BuildInfo {
  try {
    const stamp = JSON.parse(readFileSync(file, 'utf8')) as Partial<BuildInfo>;
    return {
      version: stamp.version ?? UNSTAMPED.version,
      commit: stamp.commit ?? UNSTAMPED.commit,
      date: stamp.date ?? UNSTAMPED.date,
    };
  } catch {
    return UNSTAMPED;
  }
}

/** The line that `-version` prints. */
export function versionLine(info: BuildInfo): string {
  return `version: ${info.version} (${info.commit}), built at ${info.date}`;
}
