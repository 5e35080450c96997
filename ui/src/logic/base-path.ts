/**
 * The path under which a gateway shows Drover, from the path of its own page: `/ai` for `/ai/ui/`,
 * empty for `/ui/`.
 */
export function basePathOf(pathname: string): string {
  const at = pathname.search(/\/ui(?:\/|$)/);
  return at < 0 ? '' : pathname.slice(0, at);
}
