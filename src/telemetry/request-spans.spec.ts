import { describe, expect, it } from 'vitest';
import { ActivityDetail, ActivityEntry } from '#lib/activity';
import { activityEntry } from '#lib/activity/testing';
import { SPAN_KIND } from '#lib/metrics';
import { TracedRequest, requestSpans } from './request-spans.js';

const trace = {
  traceId: 'a'.repeat(32),
  parentSpanId: 'b'.repeat(16),
  traceState: 'x=1',
  spanId: 'c'.repeat(16),
  upstreamSpanId: 'd'.repeat(16),
};

/** A request that came at 1000, was forwarded at 5000 and ended at 6000. */
function traced(
  more: Partial<TracedRequest> = {},
  {
    detail,
    ...changes
  }: Partial<Omit<ActivityEntry, 'detail'>> & {
    detail?: Partial<ActivityDetail>;
  } = {},
): TracedRequest {
  const entry = activityEntry(
    { endedMs: 6000, ...changes },
    { startedMs: 1000, queueMs: 4000, upstreamMs: 1000, ...detail },
  );
  const upstream = new URL('http://127.0.0.1:5800/');
  return { entry, trace, method: 'POST', load: null, provider: 'vllm', upstream, ...more };
}

function shape(request: TracedRequest): unknown[] {
  return requestSpans(request).map(({ name, startMs, endMs }) => [name, startMs, endMs]);
}

describe('requestSpans', () => {
  it('continues the trace of the client and hands its own span to the upstream', () => {
    const [root, queue, upstream] = requestSpans(traced());
    expect(root).toMatchObject({
      name: 'chat a',
      kind: SPAN_KIND.server,
      traceId: trace.traceId,
      parentSpanId: trace.parentSpanId,
      spanId: trace.spanId,
      traceState: 'x=1',
      error: null,
    });
    expect(queue).toMatchObject({ name: 'queue', parentSpanId: trace.spanId });
    expect(upstream).toMatchObject({
      kind: SPAN_KIND.client,
      parentSpanId: trace.spanId,
      spanId: trace.upstreamSpanId,
      attributes: { 'server.address': '127.0.0.1', 'server.port': 5800 },
    });
  });

  it.each([
    ['without a load', null, [['queue', 1000, 5000]]],
    ['with a load of somebody before it', { startMs: 100, endMs: 900 }, [['queue', 1000, 5000]]],
    [
      'with a load it caused',
      { startMs: 2000, endMs: 5000 },
      [
        ['queue', 1000, 2000],
        ['load', 2000, 5000],
      ],
    ],
    ['with a load under way', { startMs: 500, endMs: 4900 }, [['load', 1000, 4900]]],
  ])('divides the wait %s', (_, load, waits) => {
    expect(shape(traced({ load }))).toEqual([
      ['chat a', 1000, 6000],
      ...waits,
      ['upstream', 5000, 6000],
    ]);
  });

  it('ends a load that never ended with the request', () => {
    const load = { startMs: 1500, endMs: null };
    const failed = traced(
      { load },
      { status: 502, detail: { queueMs: null, upstreamMs: null, outcome: 'server_error' } },
    );
    expect(shape(failed)).toEqual([
      ['chat a', 1000, 6000],
      ['queue', 1000, 1500],
      ['load', 1500, 6000],
    ]);
    expect(requestSpans(failed)[0]!.error).toBe('status 502');
  });

  it('shows no wait where there was none', () => {
    expect(shape(traced({}, { detail: { queueMs: 0.2 } }))).toEqual([
      ['chat a', 1000, 6000],
      ['upstream', 5000, 6000],
    ]);
  });

  it('does not call a client that has left an error', () => {
    const [root] = requestSpans(traced({}, { status: 499, detail: { outcome: 'cancelled' } }));
    expect(root!.error).toBeNull();
    expect(root!.attributes['error.type']).toBe('cancelled');
  });

  it('does not put into a name what a client has made up', () => {
    const [root] = requestSpans(traced({}, { model: 'made up', detail: { upstream: '' } }));
    expect(root!.name).toBe('chat');
  });
});
