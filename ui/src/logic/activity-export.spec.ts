import { describe, expect, it } from 'vitest';
import type { ActivityRow } from './activity.js';
import { activityMarkdown } from './activity-export.js';
import { ACTIVITY_COLUMNS } from './columns.js';

function row(id: number, extra: Partial<ActivityRow> = {}): ActivityRow {
  return {
    id,
    timestamp: `2026-01-0${id}T00:00:00Z`,
    model: 'a|b',
    req_path: '/v1',
    resp_content_type: '',
    resp_status_code: 200,
    tokens: {
      cache_tokens: -1,
      draft_tokens: 10,
      draft_acc_tokens: 7,
      input_tokens: 100,
      output_tokens: 50,
      prompt_per_second: 100,
      tokens_per_second: 25,
    },
    duration_ms: 1500,
    has_capture: true,
    ...extra,
  };
}

describe('activityMarkdown', () => {
  const shown = ACTIVITY_COLUMNS.filter((column) => column.shown);

  it('sums up, finds the range by time and escapes bars', () => {
    const text = activityMarkdown([row(2), row(1)], shown, 'now');
    expect(text).toContain('| Range | 2026-01-01T00:00:00Z → 2026-01-02T00:00:00Z |');
    expect(text).toContain('| Duration | 3.00s |');
    expect(text).toContain('| Cached | 0 |');
    expect(text).toContain('| Generated | 100 (25.00 t/s) |');
    expect(text).toContain('| Drafted | 70.0% (14/20) |');
    expect(text).toContain('a\\|b');
    expect(text).not.toContain('Capture');
    expect(text.endsWith('Exported by Drover at now')).toBe(true);
  });

  it('weighs speeds by tokens and leaves unknown ones out', () => {
    const slow = row(1, {
      tokens: { ...row(1).tokens, output_tokens: 150, tokens_per_second: 75 },
    });
    const unknown = row(2, { tokens: { ...row(2).tokens, tokens_per_second: -1 } });
    expect(activityMarkdown([slow, row(3), unknown], shown, '')).toContain('250 (50.00 t/s)');
  });

  it('says so when there is nothing', () => {
    expect(activityMarkdown([], shown, '')).toBe('(no rows)');
  });
});
