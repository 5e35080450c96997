/** The oldest Node.js whose language Drover's code is written in. */
const OLDEST_MAJOR = 24;

/**
 * Why Drover cannot run on a Node.js of this version (such as `24.15.0`), in words for a user; null
 * when it can. Older ones would end with a syntax error that tells nobody anything.
 */
export function unsupportedNode(version: string): string | null {
  const major = Number(version.split('.')[0]);
  if (major >= OLDEST_MAJOR) return null;
  return (
    `drover needs Node.js 24.15 or newer, this is ${version}. Install a newer one ` +
    '(https://nodejs.org), or start it with npm start, which brings its own'
  );
}
