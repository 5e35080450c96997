import { JsonSchema } from './documented.decorator.js';

/** Refusals that are described one by one, with the headers that only they have. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read, or a value in it is not allowed.',
  401: 'The request carries no key or token that is accepted.',
  403: 'The key may not do this, or a page of another origin asks for it.',
  404: 'There is nothing of that name; for a model: none, no alias, no selector and no peer has it.',
  409: 'The model is not loaded, and this kind of request may not load it.',
  413: 'The body is larger than limits.bodyBytes.',
  429: 'Too many requests run or wait. Try again after Retry-After.',
  499: 'The request was cancelled through the API.',
  502: "The model's server, or the peer, could not be started or reached, or broke off.",
  503: 'Not now: the model was unloaded, or Drover is shutting down. Try again after Retry-After.',
  504: 'The model was not ready, or its server did not answer, in time.',
};

/** What anything that needs a key may be refused with. */
const OF_KEYS = [401, 403];

/** What a request that a model's server answers may be refused with instead. */
const OF_MODELS = [400, 404, 409, 413, 429, 499, 502, 503, 504];

const RETRY = {
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } },
  'retry-after-ms': { description: 'Milliseconds.', schema: { type: 'integer', minimum: 1 } },
};

const CHALLENGE = {
  'WWW-Authenticate': { schema: { const: 'Basic realm="llama-swap"' } },
};

/** What decides about the refusals of a route. */
export interface RefusedRoute {
  readonly path: string;
  readonly isPublic: boolean;
  /** Whether a model's server answers it. */
  readonly isForModels: boolean;
}

/** References to the refusals that a route may answer with, by status. */
export function refusalsOf({ path, isPublic, isForModels }: RefusedRoute): JsonSchema {
  const named = path.includes('{') && !isPublic ? [404] : [];
  const statuses = isForModels
    ? [...OF_KEYS, ...OF_MODELS]
    : isPublic
      ? []
      : [...OF_KEYS, ...named];
  const references = statuses.map((status) => [
    String(status),
    { $ref: `#/components/responses/Error${status}` },
  ]);
  return Object.fromEntries(references) as JsonSchema;
}

/** The refusals as components of the document; `content` is that of the error envelope. */
export function refusalComponents(content: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, description]) => {
      const headers = headersOf(Number(status));
      return [`Error${status}`, { description, ...(headers ? { headers } : {}), content }];
    }),
  );
}

function headersOf(status: number): JsonSchema | null {
  if (status === 401) return CHALLENGE;
  return status === 429 || status === 503 ? RETRY : null;
}
