import { describe, expect, it } from 'vitest';
import { FakeCall } from '../../test/support/fake-call.js';
import { traceRequest } from './request-trace.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

function requestWith(headers: Readonly<Record<string, string>>) {
  const { request } = new FakeCall('a', 0, Object.entries(headers).flat());
  Object.assign(request.headers, headers);
  return request;
}

describe('traceRequest', () => {
  it('begins a trace and tells the upstream', () => {
    const request = requestWith({ accept: '*/*' });
    const trace = traceRequest(request)!;
    expect(trace).toMatchObject({ parentSpanId: null, traceState: null });
    const header = `00-${trace.traceId}-${trace.upstreamSpanId}-01`;
    expect(request.rawHeaders).toEqual(['accept', '*/*', 'traceparent', header]);
    expect(request.headers['traceparent']).toBe(header);
    expect(header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('continues a trace, one header instead of the other', () => {
    const traceparent = `00-${traceId}-${spanId}-01`;
    const request = requestWith({ traceparent, tracestate: 'a=b' });
    const trace = traceRequest(request)!;
    expect(trace).toMatchObject({ traceId, parentSpanId: spanId, traceState: 'a=b' });
    expect(request.rawHeaders).toEqual([
      'tracestate',
      'a=b',
      'traceparent',
      `00-${traceId}-${trace.upstreamSpanId}-01`,
    ]);
  });

  it('leaves a trace alone that is not to be recorded', () => {
    const traceparent = `00-${traceId}-${spanId}-00`;
    const request = requestWith({ traceparent });
    expect(traceRequest(request)).toBeNull();
    expect(request.rawHeaders).toEqual(['traceparent', traceparent]);
  });

  it('begins anew with a header that cannot be read', () => {
    const trace = traceRequest(requestWith({ traceparent: 'rubbish', tracestate: 'a=b' }))!;
    expect(trace).toMatchObject({ parentSpanId: null, traceState: null });
  });
});
