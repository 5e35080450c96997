import { basePathOf } from '../logic/base-path.js';
import { KeyedFetch, type KeyStorage } from '../logic/keyed-fetch.js';

/** Path under which a gateway shows Drover; empty for none. */
export const BASE_PATH = basePathOf(location.pathname);

/** Path of the login page: the one page of the UI that needs no key. */
export const LOGIN_PATH = '/ui/login';

/** A path that every valid key may read. */
export const PROBE_PATH = '/api/version';

/** True on the login page: there a form asks for the key, not the browser. */
export function isLoginPage(): boolean {
  return location.pathname === BASE_PATH + LOGIN_PATH;
}

/** Every call of this page to Drover goes through here. */
export const access = new KeyedFetch(
  tabStorage(),
  (url, init) => fetch(BASE_PATH + url, init),
  !isLoginPage(),
);

/** Storage of this tab; one that holds nothing where the browser forbids it. */
function tabStorage(): KeyStorage {
  try {
    return sessionStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  }
}
