import type { ActivityRow } from './activity.js';

/** How the last minutes went. */
export interface Traffic {
  readonly perMinute: number;
  /** Share of failed requests, 0 to 1; null without requests. */
  readonly errorShare: number | null;
}

/**
 * Rate and failures within the last minutes.
 *
 * @param rows newest first; when there are more than these, the rate is that of what is there
 */
export function trafficOf(rows: readonly ActivityRow[], nowMs: number, minutes: number): Traffic {
  const fromMs = nowMs - minutes * 60_000;
  const recent = rows.filter(({ timestamp }) => Date.parse(timestamp) >= fromMs);
  if (recent.length === 0) return { perMinute: 0, errorShare: null };
  const isCut = recent.length === rows.length;
  const sinceMs = isCut ? Date.parse(recent.at(-1)!.timestamp) : fromMs;
  const spanMinutes = Math.max(1, Math.min(minutes, (nowMs - sinceMs) / 60_000));
  const failed = recent.filter(({ resp_status_code: status }) => status >= 400).length;
  return { perMinute: recent.length / spanMinutes, errorShare: failed / recent.length };
}
