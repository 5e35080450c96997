import { describe, expect, it } from 'vitest';
import { formatTraceParent, parseTraceParent } from './trace-parent.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('parseTraceParent', () => {
  it.each([
    [`00-${traceId}-${spanId}-01`, true],
    [`00-${traceId}-${spanId}-00`, false],
    [`00-${traceId}-${spanId}-ff`, true],
    [` 00-${traceId}-${spanId}-01 `, true],
    [`cc-${traceId}-${spanId}-01-what-comes-later`, true],
  ])('reads %s', (header, isSampled) => {
    expect(parseTraceParent(header)).toEqual({ traceId, spanId, isSampled });
  });

  it.each([
    undefined,
    '',
    ['two', 'headers'],
    `00-${traceId}-${spanId}`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
  ])('takes %j for none', (header) => expect(parseTraceParent(header)).toBeNull());

  it('reads what it writes', () => {
    const parent = { traceId, spanId, isSampled: true };
    expect(parseTraceParent(formatTraceParent(parent))).toEqual(parent);
  });
});
