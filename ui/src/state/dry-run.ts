import { api } from '../api/client.js';
import type { PlanAnswer } from '../api/types.js';

export type { PlanAnswer } from '../api/types.js';

/**
 * Asks Drover's own planner; nothing happens.
 *
 * @param running models taken to be running; null for those that are
 */
export function askPlan(request: string, running: readonly string[] | null): Promise<PlanAnswer> {
  const body = JSON.stringify(running === null ? { request } : { request, running });
  const headers = { 'Content-Type': 'application/json' };
  return api<PlanAnswer>('/api/v1/plan', { method: 'POST', headers, body });
}
