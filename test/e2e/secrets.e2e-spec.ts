import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouteTable } from '../../src/http/route-table.js';
import { startUpstream } from '../support/http-harness.js';
import { startWhole, WholeDrover } from '../support/whole-drover.js';

/** Everything that must stay where it was put. */
const SECRETS = {
  plainKey: 'S3CRET-plain-key',
  namedKey: 'S3CRET-named-key',
  fileKey: 'S3CRET-key-in-a-file',
  peerKey: 'S3CRET-peer-key',
  modelEnv: 'S3CRET-model-env',
  argument: 'S3CRET-argument',
  inlineArgument: 'S3CRET-inline-argument',
  commandEnv: 'S3CRET-command-env',
  failingArgument: 'S3CRET-failing-argument',
  peerAddress: 'S3CRET-peer-password',
  foreignBearer: 'S3CRET-foreign-bearer',
  wrongKey: 'S3CRET-wrong-key',
  cookie: 'S3CRET-cookie',
  azureKey: 'S3CRET-azure-key',
  googleKey: 'S3CRET-google-key',
  query: 'S3CRET-query',
  registered: 'S3CRET-registered-server',
} as const;

const MAIN = { 'x-api-key': SECRETS.plainKey };

let drover: WholeDrover;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let auditFile: string;
let events = '';
let endEvents: () => void;

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    request.resume().on('end', () => response.writeHead(401).end('{"error":"no such key"}'));
  });
  const { port } = new URL(upstream.url);
  drover = await startWhole(
    (folder) => {
      writeFileSync(join(folder.path, 'key'), SECRETS.fileKey);
      auditFile = join(folder.path, 'audit.log');
      return {
        logLevel: 'debug',
        logToStdout: 'both',
        audit: { path: auditFile },
        apiKeys: [
          SECRETS.plainKey,
          { name: 'by-env', env: 'NAMED_KEY', scopes: ['admin'] },
          { name: 'by-file', file: 'key', requestsPerMinute: 1 },
        ],
        models: {
          m: {
            cmd: [
              folder.fakeServer('m'),
              `--api-key ${SECRETS.argument}`,
              `--hf-token=${SECRETS.inlineArgument}`,
            ].join(' '),
            env: [`HF_TOKEN=${SECRETS.modelEnv}`],
          },
          e: { cmd: `env API_TOKEN=${SECRETS.commandEnv} ${folder.fakeServer('e')}` },
          broken: { cmd: `/no/such/program --port \${PORT} --password ${SECRETS.failingArgument}` },
          failing: {
            cmd: `${folder.fakeServer('f')} --fail-start --api-key ${SECRETS.failingArgument}`,
          },
        },
        peers: {
          far: {
            proxy: `http://user:${SECRETS.peerAddress}@127.0.0.1:${port}`,
            apiKey: SECRETS.peerKey,
            models: ['c'],
          },
          gone: { proxy: 'http://127.0.0.1:1', apiKey: SECRETS.peerKey, models: ['d'] },
        },
      };
    },
    { NAMED_KEY: SECRETS.namedKey },
  );
  endEvents = await listen();
  await useEverything();
});

afterAll(async () => {
  endEvents();
  await drover[Symbol.asyncDispose]();
  upstream.server.closeAllConnections();
  upstream.server.close();
});

/** Collects the event stream. */
async function listen(): Promise<() => void> {
  const leaving = new AbortController();
  const { body } = await fetch(new URL('/api/events', drover.url), {
    headers: MAIN,
    signal: leaving.signal,
  });
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<void> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      events += value;
    }
  };
  read().catch(() => undefined);
  return () => leaving.abort();
}

async function send(path: string, init: RequestInit = {}): Promise<string> {
  const headers = { ...MAIN, ...(init.headers as Record<string, string>) };
  const answer = await fetch(new URL(path, drover.url), { redirect: 'manual', ...init, headers });
  return [...answer.headers].join('\n') + (await answer.text());
}

const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<string> =>
  send(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

const answers: string[] = [];

/** Uses every secret in every place where it may be carried on. */
async function useEverything(): Promise<void> {
  const carried = {
    authorization: `Bearer ${SECRETS.foreignBearer}`,
    cookie: `session=${SECRETS.cookie}`,
    'api-key': SECRETS.azureKey,
    'x-goog-api-key': SECRETS.googleKey,
  };
  const path = `/v1/chat/completions?key=${SECRETS.query}`;
  for (const model of ['m', 'e', 'broken', 'failing', 'far/c', 'gone/d', 'nobody']) {
    answers.push(await post(path, { model, messages: [] }, carried));
  }
  for (const key of [SECRETS.namedKey, SECRETS.fileKey, SECRETS.fileKey, SECRETS.wrongKey]) {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    answers.push(await send(path, { method: 'POST', headers, body: '{"model":"m"}' }));
    const bearer = { 'x-api-key': '', authorization: `Bearer ${key}` };
    answers.push(await send('/unload', { headers: bearer }));
  }
  answers.push(await send(`/upstream/m/x?token=${SECRETS.query}`, { headers: carried }));
  answers.push(await send('/upstream/broken/x'));
  answers.push(await post('/api/models/load/failing', {}));
  const server = { modelName: 'r', host: '127.0.0.1', port: 9, apiKey: SECRETS.registered };
  answers.push(await post('/api/v1/llama/models', server));
  answers.push(await post('/api/v1/llama/models/failing/start', { wait: true }));
  answers.push(await post('/api/models/load/m', {}), await post('/api/config/reload', {}));
}

function leaksIn(text: string): string[] {
  return Object.entries(SECRETS).flatMap(([name, secret]) => {
    const forms = [secret, Buffer.from(secret).toString('base64').slice(0, -4)];
    return forms.some((form) => text.includes(form)) ? [name] : [];
  });
}

describe('no secret is told', () => {
  it('by any route that shows something', async () => {
    const routes = drover.app
      .get(RouteTable, { strict: false })
      .routes()
      .filter(({ method, url }) => method === 'GET' && !/stream|\/events|unload|\/ui/.test(url));
    for (const { url } of routes) {
      const paths = /:(?:id|name)|\*/.test(url)
        ? ['1', '2', '3', 'm', 'failing'].map((value) => url.replace(/:\w+|\*/, value))
        : [url];
      for (const path of paths) {
        expect([path, leaksIn(await send(path))]).toEqual([path, []]);
      }
    }
  });

  it.each(['proxy', 'upstream', 'm', 'failing'])('by the log %s', async (log) => {
    const leaving = new AbortController();
    const answer = await fetch(new URL(`/logs/stream/${log}`, drover.url), {
      headers: MAIN,
      signal: leaving.signal,
    });
    const { value = new Uint8Array() } = await answer.body!.getReader().read();
    leaving.abort();
    expect(leaksIn(Buffer.from(value).toString())).toEqual([]);
  });

  it('by errors and other answers', () => {
    expect(answers.flatMap(leaksIn)).toEqual([]);
    expect(answers.join('\n')).toContain('rate_limit_exceeded');
  });

  it('by events', () => {
    expect(events).toContain('modelStatus');
    expect(leaksIn(events)).toEqual([]);
  });

  it('on stdout and stderr', () => {
    expect(drover.output()).toContain('listening');
    expect(leaksIn(drover.output())).toEqual([]);
  });

  it('by the audit log', () => {
    const text = readFileSync(auditFile, 'utf8');
    expect(text).toContain('by-env');
    expect(leaksIn(text)).toEqual([]);
  });
});
