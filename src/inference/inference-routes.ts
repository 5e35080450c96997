/** What a client normally sends to a route. */
export type InferenceFamily = 'json' | 'form' | 'query';

/** One route that is served by a model. */
export interface InferenceRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Path as the upstream gets it. */
  readonly upstreamPath: string;
  readonly family: InferenceFamily;
  /** Only looks at a server: must not load a model, and does not keep one loaded. */
  readonly isGlance: boolean;
}

const JSON_PATHS = [
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/completions',
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/embeddings',
  '/reranking',
  '/rerank',
  '/v1/rerank',
  '/v1/reranking',
  '/infill',
  '/completion',
  '/v1/audio/speech',
  '/v1/audio/voices',
  '/v1/images/generations',
  '/sdapi/v1/txt2img',
  '/sdapi/v1/img2img',
  '/audioapi/v1/tasks/run',
  '/v/chat/completions',
  '/v/responses',
  '/v/completions',
  '/v/messages',
  '/v/messages/count_tokens',
  '/v/embeddings',
  '/v/rerank',
  '/v/reranking',
];

const FORM_PATHS = ['/v1/audio/transcriptions', '/v1/images/edits'];

const QUERY_PATHS = ['/v1/audio/voices', '/sdapi/v1/loras', '/props'];

/** Every route that names a model and is answered by its server. */
export const INFERENCE_ROUTES: readonly InferenceRoute[] = [
  ...JSON_PATHS.map((path) => route('POST', path, 'json')),
  ...FORM_PATHS.map((path) => route('POST', path, 'form')),
  ...QUERY_PATHS.map((path) => route('GET', path, 'query')),
];

function route(method: 'GET' | 'POST', path: string, family: InferenceFamily): InferenceRoute {
  const isGlance = path === '/props';
  return { method, path, upstreamPath: upstreamPath(path), family, isGlance };
}

/** `/v/…` is for servers whose address carries the version already, `/audioapi` for audio.cpp. */
function upstreamPath(path: string): string {
  if (path.startsWith('/v/')) return path.slice(2);
  return path.startsWith('/audioapi/') ? path.slice('/audioapi'.length) : path;
}
