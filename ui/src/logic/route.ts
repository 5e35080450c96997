/** A page with its parameters, read from the URL's fragment. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'activity' }
  | { readonly page: 'playground' }
  | { readonly page: 'models' }
  | { readonly page: 'timeline' }
  | { readonly page: 'plan' }
  | { readonly page: 'monitoring' }
  | { readonly page: 'model'; readonly id: string; readonly tab: string }
  | { readonly page: 'logs' }
  | { readonly page: 'performance' }
  | { readonly page: 'hardware' }
  | { readonly page: 'settings' };

const simple = [
  'activity',
  'playground',
  'models',
  'timeline',
  'plan',
  'monitoring',
  'logs',
  'performance',
  'hardware',
  'settings',
] as const;

const modelTabs = ['activity', 'live', 'logs', 'details'];

/** Reads a fragment such as `#/models/a%2Fb/logs`; anything unknown is the home page. */
export function parseRoute(fragment: string): Route {
  const path = fragment.replace(/^#\/?/, '').replace(/\?.*$/, '').replace(/\/$/, '');
  const known = simple.find((page) => page === path);
  if (known) return { page: known };
  if (path.startsWith('models/')) return modelRoute(path.slice('models/'.length));
  return { page: 'home' };
}

/** Ids may hold slashes, encoded or not; only a last segment that is a tab's name is a tab. */
function modelRoute(rest: string): Route {
  const segments = rest.split('/');
  const last = segments.at(-1) ?? '';
  const tab = segments.length > 1 && modelTabs.includes(last) ? last : 'activity';
  const id = segments.length > 1 && modelTabs.includes(last) ? segments.slice(0, -1) : segments;
  return { page: 'model', id: decode(id.join('/')), tab };
}

/** Link to a model's page. */
export function modelHref(id: string, tab?: string): string {
  return `#/models/${encodeURIComponent(id)}${tab ? `/${tab}` : ''}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
