/** What a client and an operator need to know about one kind of failure. */
export interface ErrorCodeEntry {
  /** HTTP status of the answer. */
  readonly status: number;
  /** `error.type` of the OpenAI-compatible envelope. */
  readonly type: string;
  /** `error.code` of the envelope: stable, clients may test for it. */
  readonly clientCode: string;
  /** One sentence for `docs/errors.md`: what happened and what to do next. */
  readonly help: string;
  /** When to try again, seconds, unless the failure says it better; only for 429 and 503. */
  readonly retryAfterSeconds?: number;
}

const request = 'invalid_request_error';
const server = 'server_error';

/**
 * Every error that Drover itself can answer with. The keys are the codes used in logs, the
 * documentation anchors and `DroverError.code`; a test holds this table and `docs/errors.md` together.
 */
export const ERROR_CODES = {
  UNAUTHORIZED: {
    status: 401,
    type: 'authentication_error',
    clientCode: 'unauthorized',
    help: 'The request carries no key, or none that is listed under apiKeys. Send one as Bearer token, x-api-key or Basic password.',
  },
  KEY_EXPIRED: {
    status: 401,
    type: 'authentication_error',
    clientCode: 'key_expired',
    help: 'The key was valid until the time under expires. Ask for a new one.',
  },
  TOKEN_INVALID: {
    status: 401,
    type: 'authentication_error',
    clientCode: 'invalid_token',
    help: 'The bearer token does not satisfy auth.jwt: its signature, issuer, audience or times. Get a new one from the issuer.',
  },
  TOKEN_UNVERIFIABLE: {
    status: 503,
    type: server,
    clientCode: 'token_unverifiable',
    help: 'The keys of the token issuer could not be fetched. The log says why; look whether auth.jwt.jwksUri can be reached from here.',
  },
  SCOPE_MISSING: {
    status: 403,
    type: 'authentication_error',
    clientCode: 'insufficient_scope',
    help: 'The key or token is valid and has not the right that this route needs; docs/security.md lists them. Add it to its scopes, or use another key.',
  },
  MODEL_FORBIDDEN: {
    status: 403,
    type: 'authentication_error',
    clientCode: 'model_forbidden',
    help: 'The key may not use this model. Add a pattern that fits to its models, or use another key.',
  },
  RATE_LIMITED: {
    status: 429,
    type: 'rate_limit_error',
    clientCode: 'rate_limit_exceeded',
    help: 'The key has used up its requestsPerMinute or tokensPerMinute. Try again after Retry-After seconds; the x-ratelimit-* headers say what is left.',
  },
  KEY_CONCURRENCY: {
    status: 429,
    type: 'rate_limit_error',
    clientCode: 'key_concurrency_limit',
    help: 'The key has as many requests running or waiting as its concurrency allows. Try again when one of them has ended.',
  },
  FOREIGN_PAGE: {
    status: 403,
    type: 'authentication_error',
    clientCode: 'forbidden',
    help: 'A web page of another origin tried to change state. Call the API from the same origin, or from a program instead of a browser.',
  },
  HOST_NOT_ALLOWED: {
    status: 421,
    type: request,
    clientCode: 'host_not_allowed',
    help: 'Drover listens on a loopback address and the Host header names another host. Use localhost, or list the name under allowedHosts.',
  },
  BAD_REQUEST: {
    status: 400,
    type: request,
    clientCode: 'bad_request',
    help: 'The request cannot be read. The message says what is wrong with it.',
  },
  BODY_UNREADABLE: {
    status: 400,
    type: request,
    clientCode: 'bad_request',
    help: 'The body is damaged at a place that has to be rewritten. Send valid JSON, or a complete form.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    type: request,
    clientCode: 'body_too_large',
    help: 'The body exceeds the configured limit. Raise limits.bodyBytes or send less.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    type: request,
    clientCode: 'headers_too_large',
    help: 'The headers of the request are larger than 256 KiB together. Send fewer or shorter ones.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    type: request,
    clientCode: 'expectation_failed',
    help: 'The Expect header asks for something that Drover does not know. Send `100-continue` or leave the header away.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    type: request,
    clientCode: 'request_timeout',
    help: 'The headers of the request did not arrive in time. Send them without pauses.',
  },
  MODEL_REQUIRED: {
    status: 404,
    type: request,
    clientCode: 'model_required',
    help: 'The request names no model. Put it into the JSON member, form field or query parameter called model, and send a matching Content-Type.',
  },
  MODEL_NOT_FOUND: {
    status: 404,
    type: request,
    clientCode: 'model_not_found',
    help: 'No model, alias, selector or peer has this name. GET /v1/models lists what there is.',
  },
  NOT_FOUND: {
    status: 404,
    type: request,
    clientCode: 'not_found',
    help: 'There is nothing at this path.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    type: request,
    clientCode: 'invalid_request',
    help: 'The path exists, with another method. The Allow header lists the methods.',
  },
  CONFLICT: {
    status: 409,
    type: request,
    clientCode: 'conflict',
    help: 'The model is not loaded and this kind of request may not load it. Load it first.',
  },
  CONCURRENCY_LIMIT: {
    status: 429,
    type: 'rate_limit_error',
    clientCode: 'concurrency_limit',
    help: 'Too many requests for this model are running or waiting. Try again after Retry-After seconds, or raise concurrencyLimit or queueLimit.',
  },
  MODEL_START_FAILED: {
    status: 502,
    type: server,
    clientCode: 'model_start_failed',
    help: "The model's server could not be started or ended before it was ready. Its log says why: GET /logs/stream/<model>.",
  },
  HEALTH_CHECK_TIMEOUT: {
    status: 504,
    type: server,
    clientCode: 'health_check_timeout',
    help: 'The model was started but did not answer its health check in time. Raise healthCheckTimeout or look at its log.',
  },
  MODEL_UNLOADED: {
    status: 503,
    type: server,
    clientCode: 'model_unloaded',
    help: 'The model was unloaded while the request waited for it. Try again.',
  },
  MODEL_START_ABORTED: {
    status: 503,
    type: server,
    clientCode: 'model_start_aborted',
    help: 'The start of the model was interrupted. Try again.',
  },
  MODEL_NOT_READY: {
    status: 503,
    type: server,
    clientCode: 'model_not_ready',
    help: 'The model ended between being chosen and being asked. Try again.',
  },
  NO_TARGET: {
    status: 503,
    type: server,
    clientCode: 'service_unavailable',
    help: 'Every target of the selector is stopping at the moment. Try again after Retry-After seconds.',
  },
  SHUTTING_DOWN: {
    status: 503,
    retryAfterSeconds: 5,
    type: server,
    clientCode: 'shutting_down',
    help: 'Drover is shutting down. Try again in a few seconds.',
  },
  PEER_DOWN: {
    status: 502,
    type: server,
    clientCode: 'peer_down',
    help: 'The peer could not be reached several times and is not asked again until it is back, which is looked for every few seconds. Try again after Retry-After seconds. GET /api/v1/peers says why.',
  },
  UPSTREAM_UNREACHABLE: {
    status: 502,
    type: server,
    clientCode: 'upstream_unreachable',
    help: "The model's server refused or cut the connection before it answered. Its log may say why.",
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    type: server,
    clientCode: 'upstream_timeout',
    help: "The model's server did not answer within timeouts.responseHeader.",
  },
  UPSTREAM_BROKEN: {
    status: 502,
    type: server,
    clientCode: 'upstream_broken',
    help: 'The answer broke off in the middle. What was received up to there is incomplete.',
  },
  CANCELLED: {
    status: 499,
    type: request,
    clientCode: 'cancelled',
    help: 'The request was cancelled by its client or through the API.',
  },
  PLUGIN_UNKNOWN: {
    status: 500,
    type: server,
    clientCode: 'plugin_unknown',
    help: 'The configuration selects a plugin that is not loaded. The message lists the names there are; packages are loaded through plugins.',
  },
  PLUGIN_DUPLICATE: {
    status: 500,
    type: server,
    clientCode: 'plugin_duplicate',
    help: 'Two plugins of one kind have the same name. Remove one of the packages from plugins.',
  },
  PLUGIN_INVALID: {
    status: 500,
    type: server,
    clientCode: 'plugin_invalid',
    help: 'A plugin package cannot be used. The message says what is wrong with its manifest or its code.',
  },
  PLUGIN_CUT_OFF: {
    status: 500,
    type: server,
    clientCode: 'plugin_cut_off',
    help: 'A plugin of a package was slow, hung or died, and Drover goes on without it: planners are replaced until the next reload, schedulers until the next start. GET /api/v1/plugins says what happened.',
  },
  HARDWARE_UNAVAILABLE: {
    status: 503,
    retryAfterSeconds: 10,
    type: server,
    clientCode: 'service_unavailable',
    help: 'The hardware of this machine could not be identified. The log says why; GET /api/hardware?refresh tries again.',
  },
  MAX_PARALLEL_MODELS: {
    status: 429,
    retryAfterSeconds: 10,
    type: 'rate_limit_error',
    clientCode: 'max_parallel_models',
    help: 'As many models as monitoring.maxParallelModels allows are running. Stop one, or raise the limit; requests that come through the proxy swap as usual.',
  },
  NAME_TAKEN: {
    status: 409,
    type: request,
    clientCode: 'name_taken',
    help: 'The name belongs to a model of the configuration or to a registered server. Choose another one, or change the configuration.',
  },
  PATH_NOT_ALLOWED: {
    status: 403,
    type: request,
    clientCode: 'path_not_allowed',
    help: 'The path lies outside of the folders that models may be taken from. List the folder under monitoring.modelDirectories.',
  },
  MODEL_STOPPING: {
    status: 409,
    type: request,
    clientCode: 'model_stopping',
    help: 'The model is being stopped. Start it again when it has stopped.',
  },
  INTERNAL: {
    status: 500,
    type: server,
    clientCode: 'internal_error',
    help: 'Something in Drover failed. The log has the details under the request id.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;

/** A key of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;
