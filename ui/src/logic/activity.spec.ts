import { describe, expect, it } from 'vitest';
import {
  activityCell,
  type ActivityRow,
  pageNumbers,
  shortenMiddle,
  stagesText,
  validBound,
} from './activity.js';
import { ACTIVITY_COLUMNS } from './columns.js';

describe('pageNumbers', () => {
  it.each([
    [1, 3, [1, 2, 3]],
    [1, 20, [1, 2, 3, 4, 5, 6, 7]],
    [10, 20, [7, 8, 9, 10, 11, 12, 13]],
    [20, 20, [14, 15, 16, 17, 18, 19, 20]],
    [1, 0, []],
  ])('shows page %i of %i as %j', (current, pages, expected) => {
    expect(pageNumbers(current, pages)).toEqual(expected);
  });
});

describe('validBound', () => {
  it.each([
    ['', null],
    ['0', null],
    ['-3', null],
    ['1.5', null],
    ['x', null],
    ['7', 7],
  ])('takes %j as %s', (text, expected) => {
    expect(validBound(text)).toBe(expected);
  });
});

describe('shortenMiddle', () => {
  it('keeps the end', () => {
    expect(shortenMiddle('abcdefghijklmnopqrstuvwxyz', 4, 10)).toBe('abcde…wxyz');
    expect(shortenMiddle('short', 4, 10)).toBe('short');
  });
});

const ROW: ActivityRow = {
  id: 7,
  timestamp: '2026-01-01T00:00:00Z',
  model: 'qwen3-8b',
  req_path: '/v1/chat/completions',
  resp_content_type: 'application/json',
  resp_status_code: 200,
  tokens: {
    cache_tokens: 0,
    draft_tokens: 10,
    draft_acc_tokens: 7,
    input_tokens: 1234,
    output_tokens: 56,
    prompt_per_second: -1,
    tokens_per_second: 43.218,
  },
  duration_ms: 1234,
  has_capture: true,
  metadata: { team: 'a' },
};

describe('activityCell', () => {
  const nowMs = Date.parse('2026-01-01T00:02:00Z');

  it.each([
    ['id', '7'],
    ['time', '2m ago'],
    ['model', 'qwen3-8b'],
    ['req_path', '/v1/chat/completions'],
    ['resp_status_code', '200'],
    ['resp_content_type', 'application/json'],
    ['cached', '-'],
    ['prompt', '1,234'],
    ['generated', '56'],
    ['drafted', '70.0% (7/10)'],
    ['prompt_speed', 'unknown'],
    ['gen_speed', '43.22 t/s'],
    ['duration', '1.23s'],
    ['capture', 'View'],
    ['meta', '...'],
  ])('writes %s as %s', (column, text) => {
    expect(activityCell(ROW, column, nowMs)).toBe(text);
  });

  it('writes a dash for what is missing, in no column nothing', () => {
    const bare = { ...ROW, model: '', req_path: '', resp_content_type: '', has_capture: false };
    const dashes = ['model', 'req_path', 'resp_content_type', 'capture'];
    expect(dashes.map((column) => activityCell(bare, column, nowMs))).toEqual(
      dashes.map(() => '-'),
    );
    for (const { id } of ACTIVITY_COLUMNS) expect(activityCell(ROW, id, nowMs)).not.toBe('');
  });
});

describe('stagesText', () => {
  it('names the stages that are known', () => {
    expect(stagesText({ ...ROW, queue_ms: 1500, ttft_ms: 80 })).toBe(
      'queued 1.5 s · first token 80 ms',
    );
    expect(stagesText(ROW)).toBe('');
  });
});
