/**
 * Architecture name of a KFD node's `gfx_target_version` (Linux amdkfd topology): major, minor and
 * stepping in decimal pairs, the stepping written in hexadecimal. Null for a value that is none.
 */
export function gfxTargetName(version: number): string | null {
  const major = Math.floor(version / 10_000);
  const minor = Math.floor(version / 100) % 100;
  const stepping = version % 100;
  const isValid = major > 0 && minor <= 9 && stepping <= 15;
  return isValid ? `gfx${major}${minor}${stepping.toString(16)}` : null;
}
