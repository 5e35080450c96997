import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FIGURES } from '../response/token-figures.js';
import { ResponseFacts } from '../response/response-facts.interface.js';
import { activityEntry } from '../testing/activity-entry.js';
import { DetailedActivity } from './activity-record.interface.js';
import { UnreadRows } from './unread.rows.js';

const FACTS: ResponseFacts = {
  ...NO_FIGURES,
  tokensPerSecondDerived: false,
  finishReason: null,
  complete: false,
  error: null,
  errorType: null,
  contentChunks: 0,
  choices: null,
  firstContentMs: null,
  lastContentMs: null,
};

/** Any value of the kind that the field has, null included where it may be that. */
function anyValue(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value === 'boolean') return fc.boolean();
  if (typeof value === 'string') return fc.string();
  if (typeof value === 'number') return fc.double({ noNaN: true });
  return fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true })));
}

function anyOf<Fields extends object>(fields: Fields): fc.Arbitrary<Fields> {
  const values = Object.entries(fields).map(([key, value]) => [key, anyValue(value)] as const);
  return fc.record(Object.fromEntries(values)) as fc.Arbitrary<Fields>;
}

const TEXTS = {
  keyName: fc.option(fc.string()),
  sessionId: fc.option(fc.string()),
  clientAddress: fc.option(fc.string()),
};
const FACT_TEXTS = {
  finishReason: fc.option(fc.string()),
  error: fc.option(fc.string()),
  errorType: fc.option(fc.string()),
};

/** Rows with every field at random; those that are null in the patterns are numbers or null. */
function anyRow(): fc.Arbitrary<DetailedActivity> {
  const { tokens, metadata: _, detail, ...flat } = activityEntry();
  const { facts: _facts, ...details } = detail;
  const anyFacts = fc
    .tuple(anyOf(FACTS), fc.record(FACT_TEXTS))
    .map(([numbers, texts]) => ({ ...numbers, ...texts }));
  const anyDetail = fc
    .tuple(anyOf(details), fc.record(TEXTS), fc.option(anyFacts))
    .map(([fields, texts, facts]) => ({ ...fields, ...texts, facts }));
  return fc.record({
    id: fc.nat(),
    entry: fc
      .tuple(anyOf(flat), anyOf(tokens), anyDetail, fc.dictionary(fc.string(), fc.string()))
      .map(([fields, block, of, metadata]) => ({ ...fields, tokens: block, metadata, detail: of })),
  });
}

function row(id: number): DetailedActivity {
  return { id, entry: activityEntry({ model: `m${id}` }) };
}

describe('UnreadRows', () => {
  it('gives every row back as it was', () => {
    const rows = fc.array(anyRow(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, (added) => {
        const unread = new UnreadRows(8);
        for (const one of added) unread.add(one);
        expect(unread.list()).toEqual(added);
      }),
    );
  });

  it.each([
    [2, [1, 2]],
    [3, [1, 2, 3]],
    [4, [2, 3, 4]],
    [10, [8, 9, 10]],
  ])('has the newest three of %i rows, oldest first', (count, ids) => {
    const unread = new UnreadRows(3);
    for (let id = 1; id <= count; id += 1) unread.add(row(id));
    expect(unread.list()).toEqual(ids.map(row));
  });

  it('has nothing after it was cleared but what came since', () => {
    const unread = new UnreadRows(3);
    for (let id = 1; id <= 5; id += 1) unread.add(row(id));
    unread.clear();
    expect(unread.list()).toEqual([]);
    unread.add(row(6));
    expect(unread.list()).toEqual([row(6)]);
  });

  it('knows nothing of the facts of the row that had the place before', () => {
    const unread = new UnreadRows(1);
    unread.add({ id: 1, entry: activityEntry({}, { facts: { ...FACTS, outputTokens: 5 } }) });
    unread.add(row(2));
    expect(unread.list()[0]!.entry.detail.facts).toBeNull();
  });
});
