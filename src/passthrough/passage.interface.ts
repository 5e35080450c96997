import { ResolvedModel } from '../composition/model-router.interface.js';

/** Where a request passes through to. */
export interface Passage {
  readonly model: ResolvedModel;
  /** Name that counts: as in the path, or the target that a selector has chosen. */
  readonly requestedName: string;
  /** Name of the selector in the path; null when the path names a model. */
  readonly selector: string | null;
  /** Path for the model's server, as sent by the client; begins with a slash. */
  readonly path: string;
  /** Why this request may not load the model, for the client; null when it may. */
  readonly coldRefusal: string | null;
  /** Only looks at a server: takes no slot and does not keep the model from being unloaded. */
  readonly isGlance: boolean;
}

/** A request that has to ask again elsewhere. */
export interface Redirection {
  readonly status: 301 | 302 | 307 | 308;
  readonly location: string;
}

/** What becomes of a request to a passthrough path. */
export type Way = Passage | Redirection;

/** The request line of a passthrough request. */
export interface PassthroughLine {
  readonly method: string;
  /** Percent-encoded, without query. */
  readonly path: string;
  /** Without question mark; empty for none. */
  readonly query: string;
}

/** A permanent redirect that keeps the method, to the same path with a slash at its end. */
export function withSlash({ method, path, query }: PassthroughLine): Redirection {
  const location = query === '' ? `${path}/` : `${path}/?${query}`;
  return { status: method === 'GET' || method === 'HEAD' ? 301 : 308, location };
}
