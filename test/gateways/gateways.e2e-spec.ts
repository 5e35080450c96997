import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { IncomingMessage, request, RequestOptions } from 'node:http';
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverFolder } from '../support/drover-folder.js';
import { DroverProcess } from '../support/drover-process.js';
import { findProgram, GATEWAYS, RunningGateway } from './gateway-program.js';
import { ModelServer } from './model-server.js';

interface AskOptions extends RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' };

/** What a client on the same machine has in the place of an address of its own. */
const CLIENT_ADDRESS = '127.0.0.2';

const WEBSOCKET_MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const SPACING_MS = 300;

/** Longest time that an event may be late on its way; a gateway's own delays are 200 ms and more. */
const MOST_LATE_MS = 100;

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece as string;
  return text;
}

for (const kind of GATEWAYS) {
  const program = findProgram(kind.name);
  const remark = program ? '' : ' (not installed here)';
  describe.skipIf(program === null)(`${kind.name}${remark}`, () => {
    let folder: DroverFolder;
    let model: ModelServer;
    let drovers: [DroverProcess, DroverProcess];
    let gateway: RunningGateway;

    beforeAll(async () => {
      model = await ModelServer.start();
      folder = new DroverFolder();
      folder.configure(
        'models:',
        `  m: {cmd: sleep 1000000, proxy: "${model.url}"}`,
        'trustedProxies: [127.0.0.1]',
        'shutdown: {preStopDelay: 3s}',
      );
      drovers = [folder.start(), folder.start()];
      const urls = [await drovers[0].listening(), await drovers[1].listening()] as const;
      gateway = await RunningGateway.start(kind, program!, [...urls]);
    });

    afterAll(async () => {
      await gateway?.[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    });

    /** Sends a request; who asks for its answer later still gets it. */
    function ask(path: string, options: AskOptions = {}, body?: Buffer | string) {
      const asked = request({
        port: gateway.port,
        host: '127.0.0.1',
        localAddress: CLIENT_ADDRESS,
        method: body === undefined ? 'GET' : 'POST',
        agent: false,
        path,
        ...options,
        headers: { 'content-type': 'application/json', ...options.headers },
      });
      const answered = once(asked, 'response').then(([answer]) => answer as IncomingMessage);
      // Who waits for the answer is told of a failure too.
      answered.catch(() => undefined);
      asked.on('error', () => undefined);
      asked.end(body);
      return { asked, answered };
    }

    function chat(extra: object = {}, headers: Readonly<Record<string, string>> = {}) {
      const body = JSON.stringify({ model: 'm', messages: [], ...extra });
      return ask('/v1/chat/completions', { headers }, body);
    }

    it('hands each event on before the next one is sent, and none of them late', async () => {
      const { answered } = chat({ stream: true });
      const { response } = await model.next();
      const lateMs: number[] = [];
      response.writeHead(200, EVENT_STREAM).flushHeaders();
      const answer = await answered;
      for (let number = 0; number < 5; number++) {
        await new Promise((resolve) => setTimeout(resolve, SPACING_MS));
        const sentAt = performance.now();
        response.write(`data: {"n":${number}}\n\n`);
        const [piece] = (await once(answer, 'data')) as [Buffer];
        lateMs.push(performance.now() - sentAt);
        expect(piece.toString()).toContain(`{"n":${number}}`);
      }
      response.end('data: [DONE]\n\n');
      expect(await textOf(answer)).toContain('[DONE]');
      const sorted = lateMs.toSorted((one, other) => one - other);
      console.log(
        `${kind.name}: events late by ${lateMs.map((ms) => ms.toFixed(1)).join(', ')} ms`,
      );
      expect(sorted[2]).toBeLessThan(MOST_LATE_MS);
    });

    it('carries a websocket', async () => {
      const key = randomBytes(16).toString('base64');
      const accept = createHash('sha1')
        .update(key + WEBSOCKET_MAGIC)
        .digest('base64');
      const { asked } = ask('/upstream/m/socket', {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': key,
          'x-accept': accept,
        },
      });
      const [answer, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, Duplex];
      expect(answer.statusCode).toBe(101);
      const frame = Buffer.concat([Buffer.from([0x81, 0x82, 0, 0, 0, 0]), Buffer.from('hi')]);
      socket.write(frame);
      const [echoed] = (await once(socket, 'data')) as [Buffer];
      expect(echoed).toEqual(frame);
      socket.destroy();
    });

    it('takes a large upload', async () => {
      const content = 'x'.repeat(64 * 1024 * 1024);
      const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ content }] }));
      const { answered } = ask('/v1/chat/completions', {}, body);
      const { response, bodyBytes } = await model.next();
      response.end('{}');
      expect(bodyBytes).toBe(body.length);
      expect(await textOf(await answered)).toBe('{}');
    });

    it('says who the client is, whatever the client says', async () => {
      const { answered } = chat({}, { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'forged' });
      const { request: seen, response } = await model.next();
      response.end('{}');
      const answer = await answered;
      await textOf(answer);
      const id = answer.headers['x-request-id'];
      expect(id).toMatch(/^[\da-f-]{32,36}$/);
      expect(seen.headers['x-request-id']).toBe(id);
      expect(seen.headers['x-forwarded-for']).toMatch(new RegExp(`^${CLIENT_ADDRESS}(?:,|$)`));
      const line = new RegExp(
        `Request ${CLIENT_ADDRESS} "POST /v1/chat/completions .* id=${String(id)}`,
      );
      await Promise.any(drovers.map((drover) => drover.match(line)));
    });

    it('tells of a client that leaves', async () => {
      const { asked, answered } = chat({ stream: true });
      const { response } = await model.next();
      response.writeHead(200, EVENT_STREAM).write('data: 1\n\n');
      const answer = await answered;
      await once(answer, 'data');
      const left = once(response, 'close');
      asked.destroy();
      await left;
      expect(response.writableFinished).toBe(false);
    });

    it('loses no request when one of two Drovers is stopped', async () => {
      const [first] = drovers;
      const streams = await Promise.all(
        [0, 1].map(async () => {
          const { answered } = chat({ stream: true });
          const { response } = await model.next();
          response.writeHead(200, EVENT_STREAM).write('data: 1\n\n');
          return { answer: await answered, response };
        }),
      );
      const ended = first.end();
      first.signal('SIGTERM');
      await first.match(/SIGTERM: shutting down/);
      for (const { response } of streams) response.end('data: [DONE]\n\n');
      for (const { answer } of streams) expect(await textOf(answer)).toContain('[DONE]');

      model.answersAll = true;
      let isOver = false;
      void ended.then(() => (isOver = true));
      const statuses = new Map<number, number>();
      for (let after = 0; after < 10; after += isOver ? 1 : 0) {
        const answer = await chat().answered;
        const { statusCode = 0 } = answer;
        await textOf(answer);
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      }
      console.log(`${kind.name}: statuses during the stop ${JSON.stringify([...statuses])}`);
      expect([...statuses.keys()]).toEqual([200]);
      expect((await ended).code).toBe(0);
    });
  });
}
