/**
 * The path without empty, `.` and `..` segments, or null when it has none of them. Works on the path
 * as sent, so that percent-escapes stay what they are. Paths under `/upstream/` belong to the model's
 * server and are never cleaned.
 */
export function cleanPath(path: string): string | null {
  if (!path.includes('//') && !path.includes('/.')) return null;
  if (path.startsWith('/upstream/') || path.startsWith('/comfyui/')) return null;
  const kept: string[] = [];
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const endsInSlash = /\/\.{0,2}$/.test(path) && kept.length > 0;
  const clean = `/${kept.join('/')}${endsInSlash ? '/' : ''}`;
  return clean === path ? null : clean;
}
