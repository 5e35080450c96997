import { describe, expect, it } from 'vitest';
import { ActivityView } from '#lib/activity';
import { DroverError, ErrorCode } from '#lib/foundation';
import { activityCsv, activityLines } from './activity-export.js';
import { parseActivityFilter, parseGroupings, wholeNumber } from './activity-filter.js';
import { operationOf } from './operation.js';
import { outcomeOfAnswer, outcomeOfError } from './outcome.js';

describe('operationOf', () => {
  it.each([
    ['/v1/chat/completions', 'chat'],
    ['/v1/messages', 'chat'],
    ['/v1/responses', 'chat'],
    ['/v1/messages/count_tokens', 'count_tokens'],
    ['/v1/completions', 'text_completion'],
    ['/completion', 'text_completion'],
    ['/infill', 'text_completion'],
    ['/embeddings', 'embeddings'],
    ['/reranking', 'rerank'],
    ['/v1/audio/transcriptions', 'transcription'],
    ['/v1/audio/speech', 'speech'],
    ['/v1/images/generations', 'image_generation'],
    ['/sdapi/v1/txt2img', 'image_generation'],
    ['/v1/audio/voices', 'other'],
  ])('calls %s %s', (path, operation) => {
    expect(operationOf(path)).toBe(operation);
  });
});

describe('the outcome of a request', () => {
  it.each<[ErrorCode, string]>([
    ['CANCELLED', 'cancelled'],
    ['CONCURRENCY_LIMIT', 'rejected'],
    ['SHUTTING_DOWN', 'rejected'],
    ['UPSTREAM_TIMEOUT', 'timeout'],
    ['HEALTH_CHECK_TIMEOUT', 'timeout'],
    ['MODEL_START_FAILED', 'server_error'],
    ['MODEL_NOT_FOUND', 'client_error'],
  ])('of the failure %s is %s', (code, outcome) => {
    expect(outcomeOfError(new DroverError(code, ''))).toBe(outcome);
  });

  it.each([
    [200, null, 'ok'],
    [201, null, 'ok'],
    [200, 'error event', 'server_error'],
    [400, 'bad', 'client_error'],
    [429, 'busy', 'rejected'],
    [503, 'loading', 'server_error'],
  ])('of the answer %s with error %s is %s', (status, error, outcome) => {
    expect(outcomeOfAnswer(status, error)).toBe(outcome);
  });
});

describe('the conditions of the v1 activity routes', () => {
  it('are all left out when nothing is asked', () => {
    expect(Object.values(parseActivityFilter(new URLSearchParams()))).toEqual(
      Array.from({ length: 9 }, () => null),
    );
  });

  it('are read from the query', () => {
    const query = new URLSearchParams(
      'model=a&status=5xx&min_duration_ms=7&from=2026-03-04T05:06:07Z',
    );
    expect(parseActivityFilter(query)).toMatchObject({
      models: ['a'],
      statusClass: 5,
      minDurationMs: 7,
      fromMs: Date.UTC(2026, 2, 4, 5, 6, 7),
    });
  });

  it.each(['status=500', 'min_duration_ms=-1', 'to=yesterday'])('refuse %s', (text) => {
    expect(() => parseActivityFilter(new URLSearchParams(text))).toThrow(DroverError);
  });

  it('know their groupings', () => {
    expect(parseGroupings(null)).toEqual(['model', 'hour']);
    expect(parseGroupings('operation')).toEqual(['operation']);
    expect(() => parseGroupings('model,colour')).toThrow('model, hour, operation');
  });

  it('take whole numbers only', () => {
    expect(wholeNumber(new URLSearchParams('limit=5'), 'limit')).toBe(5);
    expect(() => wholeNumber(new URLSearchParams('limit=5.5'), 'limit')).toThrow('limit');
  });
});

describe('the export of the activity log', () => {
  const view = { id: 7, model: '=cmd()', error: 'a "b",\nc', facts: null } as ActivityView;

  it('quotes what a table would misread, and takes the sting out of formulas', () => {
    const [header, row] = activityCsv([view]).split('\r\n');
    expect(header).toMatch(/^id,started_at,/);
    expect(row).toContain(`7,,,'=cmd(),`);
    expect(activityCsv([view])).toContain('"a ""b"",\nc"');
  });

  it('writes one object per line', () => {
    expect(
      activityLines([view, view])
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([view, view]);
  });
});
