import { MINIMAL_TOKENS } from '../response/legacy-tokens.js';
import { ActivityDetail, ActivityEntry } from '../store/activity-record.interface.js';

/** A finished request for tests, with the given parts changed. */
export function activityEntry(
  changes: Partial<ActivityEntry> = {},
  detail: Partial<ActivityDetail> = {},
): ActivityEntry {
  return {
    endedMs: Date.UTC(2026, 2, 4, 5, 0, 0),
    model: 'a',
    path: '/v1/chat/completions',
    contentType: 'application/json',
    status: 200,
    durationMs: 1000,
    tokens: MINIMAL_TOKENS,
    errorMessage: '',
    metadata: {},
    ...changes,
    detail: {
      requestId: 'r1',
      keyName: null,
      clientAddress: null,
      sessionId: null,
      requestedModel: 'a',
      upstream: 'local',
      operation: 'chat',
      isStream: false,
      outcome: 'ok',
      startedMs: Date.UTC(2026, 2, 4, 4, 59, 59),
      queueMs: null,
      firstByteMs: null,
      ttftMs: null,
      upstreamMs: null,
      requestBytes: 10,
      responseBytes: 20,
      facts: null,
      ...detail,
    },
  };
}
