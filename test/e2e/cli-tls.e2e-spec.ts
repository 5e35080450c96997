import { connect } from 'node:http2';
import { request } from 'node:https';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DroverFolder, endOf } from '../support/drover-folder.js';

const files = join(import.meta.dirname, '../fixtures/tls');
const tls = ['-tls-cert-file', join(files, 'cert.pem'), '-tls-key-file', join(files, 'key.pem')];
const ca = readFileSync(join(files, 'cert.pem'));

describe('TLS', () => {
  it('serves HTTP/1.1 and, by negotiation, HTTP/2 on one port', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const drover = folder.start(tls);
    const url = await drover.listening();
    expect(url.protocol).toBe('https:');

    const first = request(new URL('/health', url), { ca, servername: 'localhost' }).end();
    const [answer] = (await once(first, 'response')) as [import('node:http').IncomingMessage];
    expect([answer.httpVersion, answer.statusCode]).toEqual(['1.1', 200]);
    answer.resume();

    const session = connect(url, { ca, servername: 'localhost' });
    const stream = session.request({ ':path': '/health' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect([session.alpnProtocol, headers[':status']]).toEqual(['h2', 200]);
    stream.resume();
    await once(stream, 'end');

    const { ending } = await endOf(drover, 'SIGTERM');
    expect(ending.code).toBe(0);
    session.destroy();
  });

  it('ends with 1 when the key does not fit', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const wrong = ['-tls-cert-file', tls[1]!, '-tls-key-file', join(files, 'other-key.pem')];
    const ending = await folder.start(wrong).end();
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(
      /level=ERROR msg="cannot start" .*cert\.pem with key .*other-key/,
    );
  });
});
