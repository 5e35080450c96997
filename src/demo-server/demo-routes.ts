import { chatEndpoint } from './chat.endpoint.js';
import { completionEndpoint } from './completion.endpoint.js';
import { embeddingEndpoint, rerankEndpoint } from './embedding.endpoint.js';
import { Exchange } from './exchange.js';
import {
  healthEndpoint,
  metricsEndpoint,
  modelsEndpoint,
  propsEndpoint,
  slotsEndpoint,
  tokenizeEndpoint,
  welcomeEndpoint,
} from './info.endpoint.js';
import { countTokensEndpoint, messagesEndpoint } from './messages.endpoint.js';
import { infillEndpoint, nativeCompletionEndpoint } from './native.endpoint.js';
import { responsesEndpoint } from './responses.endpoint.js';

/** Answers one request. */
export type Endpoint = (exchange: Exchange) => Promise<void>;

const GET_ENDPOINTS: readonly (readonly [Endpoint, readonly string[]])[] = [
  [welcomeEndpoint, ['/']],
  [healthEndpoint, ['/health', '/v1/health']],
  [modelsEndpoint, ['/v1/models', '/models']],
  [slotsEndpoint, ['/slots']],
  [propsEndpoint, ['/props']],
  [metricsEndpoint, ['/metrics']],
];

const POST_ENDPOINTS: readonly (readonly [Endpoint, readonly string[]])[] = [
  [chatEndpoint, ['/v1/chat/completions', '/chat/completions']],
  [completionEndpoint, ['/v1/completions', '/completions']],
  [nativeCompletionEndpoint, ['/completion']],
  [infillEndpoint, ['/infill']],
  [embeddingEndpoint, ['/v1/embeddings', '/embeddings', '/embedding']],
  [rerankEndpoint, ['/v1/rerank', '/v1/reranking', '/rerank', '/reranking']],
  [messagesEndpoint, ['/v1/messages', '/messages']],
  [countTokensEndpoint, ['/v1/messages/count_tokens', '/messages/count_tokens']],
  [responsesEndpoint, ['/v1/responses', '/responses']],
  [tokenizeEndpoint, ['/tokenize']],
];

/** Every route of the demo server, by method and path as in `GET /health`. */
export const DEMO_ROUTES: ReadonlyMap<string, Endpoint> = new Map([
  ...GET_ENDPOINTS.flatMap(([endpoint, paths]) =>
    paths.map((path) => [`GET ${path}`, endpoint] as const),
  ),
  ...POST_ENDPOINTS.flatMap(([endpoint, paths]) =>
    paths.map((path) => [`POST ${path}`, endpoint] as const),
  ),
]);
