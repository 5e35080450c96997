import { DroverError } from '#lib/foundation';
import { Client } from './client.interface.js';
import { EVERYBODY } from './everybody.js';

/** What a request's credentials are worth. */
export interface Access {
  /** Null when the credentials are worth nothing. */
  readonly client: Client | null;
  /** Why they are worth nothing, where that is more than that there are none. */
  readonly problem: DroverError | null;
  /** Lower-case names of the headers that carried a valid key; they go no further. */
  readonly keyHeaders: ReadonlySet<string>;
  /** Whether a program put the key there itself; a browser repeats Basic credentials by itself. */
  readonly isDeliberate: boolean;
}

const NO_HEADERS: ReadonlySet<string> = new Set();

/** Access to what nobody needs a key for. */
export const NO_KEY_NEEDED: Access = {
  client: EVERYBODY,
  problem: null,
  keyHeaders: NO_HEADERS,
  isDeliberate: false,
};

/** No access. */
export const REFUSED: Access = {
  client: null,
  problem: null,
  keyHeaders: NO_HEADERS,
  isDeliberate: false,
};
