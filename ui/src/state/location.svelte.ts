import { parseRoute, type Route } from '../logic/route.js';

/** The page that the URL's fragment names. */
class Location {
  route = $state.raw<Route>(parseRoute(location.hash));

  start(): void {
    addEventListener('hashchange', () => (this.route = parseRoute(location.hash)));
  }
}

export const place = new Location();
