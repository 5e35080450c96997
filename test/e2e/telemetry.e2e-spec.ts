import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { DroverFolder, until } from '../support/drover-folder.js';

interface SpanBody {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code?: number };
}

interface TracesBody {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly { readonly key: string; readonly value: object }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly SpanBody[] }[];
  }[];
}

interface MetricsBody {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

/** A collector on the loopback that keeps what it gets. */
async function collector(status = 200) {
  const exports: { path: string; headers: IncomingMessage['headers']; body: unknown }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: unknown = JSON.parse(await text(request));
    exports.push({ path: request.url!, headers: request.headers, body });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const spans = (): SpanBody[] =>
    exports
      .filter(({ path }) => path === '/v1/traces')
      .flatMap(({ body }) => (body as TracesBody).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const metrics = (): string[] =>
    exports
      .filter(({ path }) => path === '/v1/metrics')
      .flatMap(({ body }) => (body as MetricsBody).resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .map(({ name }) => name);
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, exports, spans, metrics, [Symbol.dispose]: close };
}

const traceId = '0af7651916cd43dd8448eb211c80319c';

async function ask(
  base: URL,
  model: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await fetch(new URL('/v1/chat/completions', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [], echo_headers: true }),
  });
  return await answer.text();
}

describe('the export to OpenTelemetry', () => {
  it('sends the spans of a request, its trace continued and passed on', async () => {
    using otlp = await collector();
    await using folder = new DroverFolder();
    folder.configure(
      `telemetry: {endpoint: "${otlp.url}", headers: {Authorization: Bearer secret}, every: 1s}`,
      'models:',
      folder.model('a'),
    );
    const base = await folder.start().listening();
    await ask(base, 'a', { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    await ask(base, 'nobody');
    const ended = () => otlp.spans().map(({ name }) => name);
    await until(() => ['chat a', 'load', 'upstream', 'chat'].every((n) => ended().includes(n)));

    const ours = otlp.spans().filter((span) => span.traceId === traceId);
    const root = ours.find(({ kind }) => kind === 2)!;
    expect(root).toMatchObject({ name: 'chat a', parentSpanId: 'b7ad6b7169203331', status: {} });
    expect(Object.fromEntries(root.attributes.map(({ key, value }) => [key, value]))).toMatchObject(
      {
        'gen_ai.operation.name': { stringValue: 'chat' },
        'gen_ai.request.model': { stringValue: 'a' },
        'http.response.status_code': { intValue: '200' },
      },
    );
    const below = ours.filter(({ parentSpanId }) => parentSpanId === root.spanId);
    expect(below.map(({ name }) => name)).toContain('load');
    const upstream = below.find(({ name }) => name === 'upstream')!;
    expect(upstream.kind).toBe(3);
    for (const span of below) {
      expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano));
      expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root.endTimeUnixNano));
    }
    const stranger = otlp.spans().find(({ name }) => name === 'chat')!;
    expect(stranger.parentSpanId).toBeUndefined();

    const [first] = otlp.exports;
    expect(first!.headers['authorization']).toBe('Bearer secret');
    expect(first!.headers['content-type']).toBe('application/json');
    await until(() => otlp.metrics().includes('gen_ai.server.request.duration'));
    expect(otlp.metrics()).toContain('drover_model_state');
    expect(otlp.metrics().filter((name) => name.startsWith('llamaswap_'))).toEqual([]);
  });

  it('hands its span to the upstream, and sends what waits when it ends', async () => {
    using otlp = await collector();
    const seen: IncomingMessage['headers'][] = [];
    const peer = createServer((request, response) => {
      // A peer is probed too, by GET.
      if (request.method === 'POST') seen.push(request.headers);
      response.end('{}');
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    const proxy = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
    await using folder = new DroverFolder();
    folder.configure(
      `telemetry: {endpoint: "${otlp.url}"}`,
      `peers: {far: {proxy: "${proxy}", models: [m]}}`,
    );
    const drover = folder.start();
    const base = await drover.listening();
    await ask(base, 'm', { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'a=1' });
    drover.signal('SIGTERM');
    await drover.end();
    peer.closeAllConnections();
    peer.close();
    const upstream = otlp.spans().find(({ name }) => name === 'upstream')!;
    expect(seen.at(-1)).toMatchObject({
      traceparent: `00-${traceId}-${upstream.spanId}-01`,
      tracestate: 'a=1',
    });
  });

  it('serves on while the collector refuses everything, and counts what is lost', async () => {
    using otlp = await collector(400);
    await using folder = new DroverFolder();
    folder.configure(
      `telemetry: {endpoint: "${otlp.url}", metrics: false}`,
      'models:',
      folder.model('a'),
    );
    const base = await folder.start().listening();
    await ask(base, 'a');
    await until(() => otlp.exports.length > 0);
    await ask(base, 'a');
    let page = '';
    while (!/drover_telemetry_dropped_total\{signal="traces"\} [1-9]/.test(page)) {
      page = await (await fetch(new URL('/metrics', base))).text();
    }
    expect(page).toContain('drover_telemetry_exported_total{signal="traces"} 0');
  });

  it('exports nothing unless it is told where to', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a'));
    const base = await folder.start().listening();
    await ask(base, 'a');
    const page = await (await fetch(new URL('/metrics', base))).text();
    expect(page).not.toContain('drover_telemetry_exported_total{');
    const capture = await fetch(new URL('/api/captures/1', base));
    expect(await capture.text()).not.toMatch(/traceparent/i);
  });
});
