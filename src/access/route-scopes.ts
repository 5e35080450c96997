import { INFERENCE_ROUTES } from '../inference/inference-routes.js';
import { NeededScope } from './scope-check.js';

/** Routes for everybody who is known, with any right. */
const ANY = `
  GET /v1/models
  GET /v1/models/*
  GET /models
  GET /api/version
  GET /api/openapi.json
  GET /ui/*
`;

/** Routes that tell about state, without prompts, answers and logs. */
const READ = `
  GET /running
  GET /metrics
  GET /api/events
  GET /api/v1/events
  GET /api/hardware
  GET /api/metrics/activity
  GET /api/metrics/stats
  GET /api/performance
  GET /api/profiles
  GET /api/config/status
  GET /api/v1/activity
  GET /api/v1/activity.csv
  GET /api/v1/activity.ndjson
  GET /api/v1/activity/aggregate
  GET /api/v1/llama/models
  GET /api/v1/llama/models/:name/metrics
  GET /api/v1/llama/models/:name/metrics/raw
  GET /api/v1/llama/status
  GET /api/v1/memory
  GET /api/v1/memory/history
  GET /api/v1/models
  GET /api/v1/peers
  GET /api/v1/performance
  GET /api/v1/plugins
  GET /api/v1/prometheus/targets
  POST /api/v1/plan
  GET /api/v1/plan/pairs
  GET /api/v1/queue
  GET /api/v1/swaps
  GET /api/v1/timeline
`;

/** Routes that change what runs, and logs, which may hold anything that a model's server writes. */
const OPERATE = `
  GET /unload
  POST /api/models/unload
  POST /api/models/unload/*
  POST /api/models/load/*
  POST /api/inflight/:id/cancel
  POST /api/v1/queue/:model/prefer
  PUT /api/profiles/active
  POST /api/v1/llama/models
  DELETE /api/v1/llama/models/:name
  POST /api/v1/llama/models/:name/polling
  POST /api/v1/llama/models/:name/start
  POST /api/v1/llama/models/:name/stop
  GET /logs
  GET /logs/stream
  GET /logs/stream/*
`;

/** Routes that change the configuration or show what clients asked and were answered, or what is on the disk. */
const ADMIN = `
  GET /api/captures/:id
  POST /api/config/reload
  GET /api/v1/audit
  POST /api/v1/llama/discover
`;

function rules(list: string, scope: NeededScope): [string, NeededScope][] {
  return list
    .trim()
    .split(/\n\s*/)
    .map((route) => [route, scope]);
}

/** The right that each route needs which is not public. A route that is not listed needs `admin`. */
export const ROUTE_SCOPES: ReadonlyMap<string, NeededScope> = new Map([
  ...rules(ANY, 'any'),
  ...rules(READ, 'read'),
  ...rules(OPERATE, 'operate'),
  ...rules(ADMIN, 'admin'),
  ...INFERENCE_ROUTES.map(({ method, path }): [string, NeededScope] => [
    `${method} ${path}`,
    'inference',
  ]),
]);

/** The right that a route needs; HEAD needs what GET needs. */
export function scopeOfRoute(method: string, url: string): NeededScope {
  return ROUTE_SCOPES.get(`${method === 'HEAD' ? 'GET' : method} ${url}`) ?? 'admin';
}
