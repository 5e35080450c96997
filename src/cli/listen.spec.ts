import { describe, expect, it } from 'vitest';
import { listen, Listenable } from './listen.js';

/** A listener that fails with the given code for some hosts. */
function listenable(failures: Readonly<Record<string, string>> = {}) {
  const tried: string[] = [];
  const target: Listenable = {
    async listen(port, host) {
      tried.push(`${host}|${port}`);
      const code = failures[host];
      if (code) throw Object.assign(new Error(`listen ${code}: ${host}`), { code });
    },
    address: () => ({ address: tried.at(-1)!.split('|')[0]!, port: 4711 }),
  };
  return { target, tried };
}

describe('listen', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['', '::'],
  ])('tells host and chosen port for %j', async (host, shown) => {
    const { target } = listenable();
    expect(await listen(target, { host, port: 0 })).toEqual({ host: shown, port: 4711 });
  });

  it.each([['EAFNOSUPPORT'], ['EADDRNOTAVAIL']])(
    'takes every IPv4 interface on a machine without IPv6 (%s)',
    async (code) => {
      const { target, tried } = listenable({ '::': code });
      expect(await listen(target, { host: '', port: 80 })).toMatchObject({ host: '0.0.0.0' });
      expect(tried).toEqual(['::|80', '0.0.0.0|80']);
    },
  );

  it.each([
    ['127.0.0.1', 'EADDRINUSE', /^cannot listen on 127\.0\.0\.1:80: .*EADDRINUSE.*-listen/],
    ['127.0.0.1', 'EACCES', /^cannot listen on 127\.0\.0\.1:80: .*1024.*-listen/],
    ['192.0.2.1', 'EADDRNOTAVAIL', /^cannot listen on 192\.0\.2\.1:80: .*EADDRNOTAVAIL/],
    ['::1', 'EADDRINUSE', /^cannot listen on \[::1\]:80: /],
  ])('says what to do about %s %s', async (host, code, message) => {
    const { target } = listenable({ [host]: code });
    await expect(listen(target, { host, port: 80 })).rejects.toThrow(message);
  });

  it('takes one address of a host name and shows the name', async () => {
    const { target, tried } = listenable();
    expect(await listen(target, { host: 'localhost', port: 0 })).toMatchObject({
      host: 'localhost',
    });
    expect(tried).toHaveLength(1);
    expect(tried[0]).toMatch(/^(?:127\.|::1)/);
  });

  it('says that a host name cannot be resolved', async () => {
    const wanted = { host: 'no-such-host.invalid', port: 80 };
    await expect(listen(listenable().target, wanted)).rejects.toThrow(
      /^cannot listen on no-such-host\.invalid:80: .*cannot be resolved/,
    );
  });

  it('does not hide a port in use behind the search for IPv6', async () => {
    const { target, tried } = listenable({ '::': 'EADDRINUSE' });
    await expect(listen(target, { host: '', port: 80 })).rejects.toThrow(/on :80: .*EADDRINUSE/);
    expect(tried).toEqual(['::|80']);
  });
});
