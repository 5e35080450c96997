/**
 * Path and query of a request as an upstream gets them: base path and base query of the target's
 * URL come first, `http://h/base?k=v` and `/x?a=1` make `/base/x?k=v&a=1`.
 */
export function targetPath(url: URL, path: string, query: string): string {
  const base = url.pathname === '/' ? '' : url.pathname.replace(/\/$/, '');
  const own = url.search.length > 1 ? url.search.slice(1) : '';
  const joined = own === '' ? query : query === '' ? own : `${own}&${query}`;
  return joined === '' ? base + path : `${base}${path}?${joined}`;
}
