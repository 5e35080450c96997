import { once } from 'node:events';
import { IncomingMessage, request, Server, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../support/fake-config.js';
import { HttpHarness, startHttp, startUpstream } from '../support/http-harness.js';

const PATH = '/v1/audio/transcriptions';
const MEGABYTE = 2 ** 20;
const LIMIT = 8 * MEGABYTE;
const BOUNDARY = 'BoUnD';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let drover: HttpHarness;
let upstream: Server;
let handler: Handler;

beforeEach(async () => {
  const started = await startUpstream((incoming, response) => handler(incoming, response));
  upstream = started.server;
  const models = [
    fakeModel('m', { proxy: started.url }),
    fakeModel('n', { proxy: started.url, useModelName: 'the-real-name' }),
  ];
  drover = await startHttp(fakeConfig(models, { bodyLimitBytes: LIMIT }));
});

afterEach(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await drover.app.close();
  if (drover.router.leases !== 0) throw new Error('a lease was not released');
});

const field = (name: string, value: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const fileHead =
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n` +
  'Content-Type: audio/wav\r\n\r\n';
const END = `\r\n--${BOUNDARY}--\r\n`;

/** Begins an upload; a length makes it one of known length. */
function upload(length: number | null = null, more: Record<string, string> = {}) {
  const headers = {
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    ...(length === null ? {} : { 'content-length': String(length) }),
    ...more,
  };
  return request(drover.url + PATH, { method: 'POST', headers });
}

async function answerTo(
  sent: ReturnType<typeof upload>,
): Promise<{ status: number; body: string }> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks = (await answer.toArray()) as Buffer[];
  return { status: answer.statusCode!, body: Buffer.concat(chunks).toString() };
}

/** Answers with what has arrived. */
const collect: Handler = (incoming, response) => {
  void incoming.toArray().then((chunks: Buffer[]) => {
    const body = Buffer.concat(chunks);
    const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers;
    const head = body.toString('latin1', 0, 400).split('RIFF')[0];
    return response.end(JSON.stringify({ length, coding, bytes: body.length, head }));
  });
};

describe('a long form', () => {
  it('goes on to the server while its file is still being sent', async () => {
    const begun = Promise.withResolvers<string>();
    let heard = '';
    handler = (incoming, response) => {
      incoming.on('data', (chunk: Buffer) => {
        heard += chunk.toString('latin1');
        if (heard.endsWith('RIFF')) begun.resolve(heard);
      });
      incoming.on('end', () => response.end('heard'));
    };
    const sent = upload();
    sent.write(field('model', 'm') + fileHead + 'RIFF');
    expect(await begun.promise).toBe(field('model', 'm') + fileHead + 'RIFF');
    sent.end(Buffer.alloc(MEGABYTE, 'x').toString() + END);
    expect(await answerTo(sent)).toEqual({ status: 200, body: 'heard' });
  });

  it.each(['known', 'unknown'])(
    'of %s length arrives with another name and whole',
    async (kind) => {
      handler = collect;
      const head = field('language', 'de') + field('model', 'n') + fileHead;
      const body = Buffer.concat([
        Buffer.from(`${head}RIFF`),
        Buffer.alloc(3 * MEGABYTE, 7),
        Buffer.from(END),
      ]);
      const sent = upload(kind === 'known' ? body.length : null);
      for (let at = 0; at < body.length; at += 100_000) sent.write(body.subarray(at, at + 100_000));
      sent.end();
      const { body: text } = await answerTo(sent);
      const bytes = body.length + 'the-real-name'.length - 1;
      expect(JSON.parse(text)).toEqual({
        bytes,
        head: head.replace('\r\n\r\nn\r\n', '\r\n\r\nthe-real-name\r\n'),
        ...(kind === 'known' ? { length: String(bytes) } : { coding: 'chunked' }),
      });
    },
  );

  it('that names its model behind its file is collected first', async () => {
    handler = collect;
    const body = fileHead + 'RIFF' + 'x'.repeat(MEGABYTE) + '\r\n' + field('model', 'n');
    const sent = upload();
    sent.end(`${body}--${BOUNDARY}--\r\n`);
    const { status, body: text } = await answerTo(sent);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ length: expect.stringMatching(/^\d+$/) });
  });

  it('is refused as soon as it is longer than the limit', async () => {
    const left = Promise.withResolvers<void>();
    handler = (incoming) => incoming.resume().once('close', () => left.resolve());
    const sent = upload();
    sent.on('error', () => undefined);
    const answered = answerTo(sent);
    sent.write(field('model', 'm') + fileHead);
    sent.write(Buffer.alloc(LIMIT + 1));
    const { status, body } = await answered;
    expect([status, body]).toEqual([413, expect.stringContaining('body_too_large')]);
    await left.promise;
    sent.destroy();
  });

  it('for a model that nobody knows is refused, and its connection closed', async () => {
    const sent = upload(4 * MEGABYTE);
    sent.on('error', () => undefined);
    sent.write(field('model', 'nobody') + fileHead + 'RIFF');
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    expect([answer.statusCode, answer.headers.connection]).toEqual([404, 'close']);
    answer.resume();
    sent.destroy();
  });

  it('whose client leaves is left at the server too', async () => {
    const left = Promise.withResolvers<boolean>();
    const arrived = Promise.withResolvers<void>();
    handler = (incoming) => {
      arrived.resolve();
      incoming.resume().once('close', () => left.resolve(incoming.complete));
    };
    const sent = upload();
    sent.on('error', () => undefined);
    sent.write(field('model', 'm') + fileHead + 'RIFF');
    await arrived.promise;
    sent.destroy();
    expect(await left.promise).toBe(false);
  });

  it('waits unread while its model loads', async () => {
    handler = collect;
    const loaded = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    drover.router.onAcquire = async ({ model }) => {
      asked.resolve();
      await loaded.promise;
      return drover.router.lease(model);
    };
    const sent = upload();
    sent.write(field('model', 'm') + fileHead + 'RIFF');
    await asked.promise;
    let taken = 0;
    while (sent.write(Buffer.alloc(64 * 1024))) taken += 1;
    expect(taken * 64 * 1024).toBeLessThan(LIMIT);
    loaded.resolve();
    sent.end(END);
    expect((await answerTo(sent)).status).toBe(200);
  });
});
