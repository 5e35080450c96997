/** What is written down, by route. */
export const AUDITED_ROUTES: ReadonlyMap<string, string> = new Map([
  ['GET /unload', 'unload'],
  ['POST /api/models/unload', 'unload'],
  ['POST /api/models/unload/*', 'unload'],
  ['POST /api/models/load/*', 'load'],
  ['POST /api/v1/llama/models/:name/start', 'load'],
  ['POST /api/v1/llama/models/:name/stop', 'unload'],
  ['POST /api/v1/llama/models', 'register'],
  ['DELETE /api/v1/llama/models/:name', 'unregister'],
  ['POST /api/v1/llama/models/:name/polling', 'polling'],
  ['POST /api/v1/llama/discover', 'discover'],
  ['POST /api/inflight/:id/cancel', 'cancel'],
  ['PUT /api/profiles/active', 'profile'],
  ['POST /api/config/reload', 'reload'],
  ['POST /api/v1/plan', 'plan'],
  ['GET /api/captures/:id', 'capture'],
  ['GET /api/v1/audit', 'audit'],
]);
