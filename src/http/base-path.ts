/**
 * A request target without the path under which a gateway shows Drover; as it is when it does not
 * begin with that. Taken off once only, before anything looks at the path, so that no guard sees
 * another path than the route does.
 *
 * @param base such as `/ai`; empty for none
 */
export function withoutBasePath(url: string, base: string): string {
  if (base === '' || !url.startsWith(base)) return url;
  const rest = url.slice(base.length);
  if (rest === '') return '/';
  if (rest.startsWith('/')) return rest;
  return rest.startsWith('?') ? `/${rest}` : url;
}
