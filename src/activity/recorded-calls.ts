import { FollowedCall } from '../calls/followed-call.interface.js';
import { INFERENCE_ROUTES } from '../inference/inference-routes.js';

/** Paths, as upstreams get them, of the requests that are recorded. */
const RECORDED = new Set(
  INFERENCE_ROUTES.filter(({ method }) => method === 'POST').map((route) => route.upstreamPath),
);

/** Whether a call is one that the activity log records: every POST for a model. */
export function isRecorded({ request, upstreamPath }: FollowedCall): boolean {
  return request.method === 'POST' && RECORDED.has(upstreamPath);
}
