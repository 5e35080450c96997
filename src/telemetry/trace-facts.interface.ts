import { LoadWindow } from './load.windows.js';

/** What spans tell about models; `upstream` is `local` or the id of a peer. */
export interface TraceFacts {
  /** The last load of a model, or null. */
  loadOf(model: string): LoadWindow | null;
  /** Who serves it, in the words of the conventions; null: not known. */
  providerOf(model: string, upstream: string): string | null;
  /** Where requests for it go; null: not known. */
  upstreamOf(model: string, upstream: string): URL | null;
}
