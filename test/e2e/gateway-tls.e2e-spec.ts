import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { ClientHttp2Session, connect as connectH2 } from 'node:http2';
import { IncomingMessage } from 'node:http';
import { request, RequestOptions } from 'node:https';
import { join } from 'node:path';
import { connect, TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DroverProcess } from '../support/drover-process.js';
import { DroverFolder, until } from '../support/drover-folder.js';

const fixture = (name: string): string => join(import.meta.dirname, '../fixtures/tls', name);
const pem = (name: string): Buffer => readFileSync(fixture(name));
const ca = [pem('cert.pem'), pem('renewed-cert.pem')];
const servername = 'localhost';
const fixed = ['-tls-cert-file', fixture('cert.pem'), '-tls-key-file', fixture('key.pem')];

/** Status of a request over HTTP/1.1, or the code of the failure. */
async function ask(url: URL, options: RequestOptions = {}): Promise<number | string> {
  const asked = request(new URL('/health', url), { ca, servername, agent: false, ...options });
  try {
    const answered = once(asked, 'response');
    asked.end();
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    return answer.statusCode!;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

async function askH2(session: ClientHttp2Session): Promise<number> {
  const stream = session.request({ ':path': '/health' });
  const [headers] = (await once(stream, 'response')) as [Record<string, number>];
  stream.resume();
  return headers[':status']!;
}

/** Serial number of the certificate that a new connection is shown. */
async function serialOf(url: URL): Promise<string> {
  const socket = connect({ port: Number(url.port), host: '127.0.0.1', ca, servername });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

describe('certificates', () => {
  it('are renewed by a reload, and open connections go on', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', folder.model('a', '--tokens 20 --token-ms 100'));
    const [cert, key] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')];
    copyFileSync(fixture('cert.pem'), cert);
    copyFileSync(fixture('key.pem'), key);
    const drover = folder.start(['-tls-cert-file', cert, '-tls-key-file', key]);
    const url = await drover.listening();
    const session = connectH2(url, { ca, servername });
    const before = await serialOf(url);
    const stream = session.request({
      ':path': '/v1/chat/completions',
      ':method': 'POST',
      'content-type': 'application/json',
    });
    stream.end(JSON.stringify({ model: 'a', stream: true }));
    let text = '';
    stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    const ended = once(stream, 'end');
    await once(stream, 'data');

    copyFileSync(fixture('renewed-cert.pem'), cert);
    drover.signal('SIGHUP');
    await drover.match(/cert\.pem with key .*the old TLS certificates stay in force/);
    expect(await serialOf(url)).toBe(before);
    copyFileSync(fixture('other-key.pem'), key);
    drover.signal('SIGHUP');
    await drover.match(/the TLS certificates have been renewed/);
    expect(await serialOf(url)).not.toBe(before);

    await ended;
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(await askH2(session)).toBe(200);
    session.destroy();
  });

  it('are offered from TLS 1.2 on', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const url = await folder.start(fixed).listening();
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(await ask(url, old as RequestOptions)).toMatch(/^(?:ERR_SSL|ECONNRESET|EPROTO)/);
    expect(await ask(url, { maxVersion: 'TLSv1.2' })).toBe(200);
    expect(await ask(url, { minVersion: 'TLSv1.3' })).toBe(200);
  });

  it('and HTTP/2 are negotiated with a client that somebody else has written', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}');
    const url = await folder.start(fixed).listening();
    const versionBy = async (flag: string): Promise<string> => {
      const format = '%{http_version} %{http_code}';
      const args = ['-s', flag, '--cacert', fixture('cert.pem'), '-o', '/dev/null', '-w', format];
      const place = `https://localhost:${url.port}/health`;
      const { stdout } = await promisify(execFile)('curl', [...args, place]);
      return stdout;
    };
    expect(await versionBy('--http2')).toBe('2 200');
    expect(await versionBy('--http1.1')).toBe('1.1 200');
  });
});

const client = (name: string) => ({
  cert: pem(`${name}-cert.pem`),
  key: pem(`${name}-key.pem`),
});

function withClients(folder: DroverFolder, ...subjects: string[]): DroverProcess {
  const list = subjects.length > 0 ? `, clientSubjects: [${subjects.join(', ')}]` : '';
  folder.configure('models: {}', `tls: {clientCa: ${fixture('clients-ca.pem')}${list}}`);
  return folder.start(fixed);
}

describe('certificates of clients', () => {
  it('are asked for, and have to be signed by the right authority', async () => {
    await using folder = new DroverFolder();
    const url = await withClients(folder).listening();
    const own = { cert: pem('cert.pem'), key: pem('key.pem') };
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const only = { minVersion: version, maxVersion: version };
      expect(await ask(url, only)).not.toBe(200);
      expect(await ask(url, { ...only, ...own })).not.toBe(200);
      expect(await ask(url, { ...only, ...client('gateway') })).toBe(200);
      expect(await ask(url, { ...only, ...client('stranger') })).toBe(200);
    }
  });

  it.each(['gateway', "'DNS:gateway.example'"])(
    'let in whom the list names as %s',
    async (name) => {
      await using folder = new DroverFolder();
      const drover = withClients(folder, name);
      const url = await drover.listening();
      expect(await ask(url, client('gateway'))).toBe(200);
      expect(await ask(url, client('stranger'))).not.toBe(200);
      await drover.match(/refused a client certificate of stranger, DNS:stranger\.example/);
      const session = connectH2(url, { ca, servername, ...client('gateway') });
      expect(await askH2(session)).toBe(200);
      session.destroy();
      const refused = connectH2(url, { ca, servername, ...client('stranger') });
      refused.on('error', () => refused.destroy());
      await until(() => refused.destroyed || refused.closed);
      expect(await ask(url, client('gateway'))).toBe(200);
    },
  );

  it('keep their list in a resumed session', async () => {
    await using folder = new DroverFolder();
    const url = await withClients(folder, 'gateway').listening();
    let session: Buffer | undefined;
    const options = { port: Number(url.port), host: '127.0.0.1', ca, servername };
    const first: TLSSocket = connect({ ...options, ...client('gateway') });
    first.on('session', (ticket: Buffer) => (session = ticket));
    await until(() => session !== undefined);
    first.destroy();
    const again: RequestOptions & { readonly session: Buffer | undefined } = {
      ...client('gateway'),
      session,
    };
    expect(await ask(url, again)).toBe(200);
  });

  it('need TLS', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', `tls: {clientCa: ${fixture('clients-ca.pem')}}`);
    const ending = await folder.start().end();
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(/tls\.clientCa needs TLS: start with -tls-cert-file/);
  });
});
