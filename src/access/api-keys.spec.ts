import { createHash } from 'node:crypto';
import { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { NamedKeyConfig } from '#lib/config';
import { Access } from './access.interface.js';
import { ApiKeys } from './api-keys.js';
import { credentialsOf } from './credentials.js';

const named = (name: string, key: string, more: Partial<NamedKeyConfig> = {}): NamedKeyConfig => ({
  name,
  sha256: createHash('sha256').update(key).digest('hex'),
  models: [],
  scopes: ['inference'],
  expiresMs: null,
  requestsPerMinute: 0,
  tokensPerMinute: 0,
  concurrency: 0,
  ...more,
});

const NOW_MS = 1000;
const keys = new ApiKeys(
  {
    apiKeys: ['first', 'a:b c', 'ümlaut'],
    namedKeys: [
      named('ci', 'named', { models: ['qwen*'], scopes: ['operate'], concurrency: 2 }),
      named('old', 'ended', { expiresMs: NOW_MS }),
      named('young', 'ends later', { expiresMs: NOW_MS + 1 }),
    ],
  },
  () => NOW_MS,
);

const check = (headers: IncomingHttpHeaders): Access => keys.check(credentialsOf(headers));
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('ApiKeys', () => {
  it.each([
    [{ authorization: 'Bearer first' }, ['authorization']],
    [{ authorization: 'bEARER a:b c' }, ['authorization']],
    [{ authorization: basic('anybody:first') }, ['authorization']],
    [{ authorization: basic(':a:b c') }, ['authorization']],
    [{ authorization: basic('u:ümlaut') }, ['authorization']],
    [{ 'x-api-key': 'first' }, ['x-api-key']],
    [{ authorization: 'Bearer wrong', 'x-api-key': 'first' }, ['x-api-key']],
    [{ authorization: 'Bearer first', 'x-api-key': 'their own' }, ['authorization']],
    [{ authorization: 'Digest first', 'x-api-key': 'first' }, ['x-api-key']],
    [{ authorization: 'Bearer first', 'x-api-key': 'a:b c' }, ['authorization', 'x-api-key']],
    [{ authorization: 'Bearer named' }, ['authorization']],
    [{ authorization: 'Bearer ends later' }, ['authorization']],
  ])('lets %j in by its valid keys, which go no further', (headers, carriers) => {
    const access = check(headers);
    expect(access.client).not.toBeNull();
    expect([...access.keyHeaders]).toEqual(carriers);
  });

  it.each([
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer first ' },
    { authorization: 'Bearer First' },
    { authorization: 'first' },
    { authorization: 'Digest first' },
    { authorization: basic('first') },
    { authorization: basic('first:') },
    { authorization: 'Basic !!!!' },
    { authorization: 'Basic dTpmaXJzdA' },
    { 'x-api-key': '' },
    { 'x-api-key': 'first, first' },
    { cookie: 'key=first' },
  ])('refuses %j', (headers) => {
    expect(check(headers)).toMatchObject({ client: null, problem: null });
  });

  it('tells keys that a program sends from those that a browser repeats', () => {
    expect(check({ authorization: 'Bearer first' }).isDeliberate).toBe(true);
    expect(check({ 'x-api-key': 'first' }).isDeliberate).toBe(true);
    expect(check({ authorization: basic('u:first') }).isDeliberate).toBe(false);
  });

  it('gives a key without a name all rights, and calls it by its place', () => {
    const { client } = check({ authorization: 'Bearer a:b c' });
    expect(client).toMatchObject({ name: 'apiKeys[1]', models: null, limits: null });
    expect([...client!.scopes].toSorted()).toEqual(['admin', 'inference', 'operate', 'read']);
  });

  it('gives a key with a name what its entry says', () => {
    const { client } = check({ 'x-api-key': 'named' });
    expect(client).toMatchObject({ name: 'ci', limits: { concurrency: 2 } });
    expect([...client!.scopes].toSorted()).toEqual(['operate', 'read']);
    expect(client!.models!.allows('qwen3-8b')).toBe(true);
    expect(client!.models!.allows('gemma')).toBe(false);
  });

  it('says that a key has expired, from its time on', () => {
    expect(check({ 'x-api-key': 'ended' })).toMatchObject({
      client: null,
      problem: {
        code: 'KEY_EXPIRED',
        message: 'the key "old" has expired on 1970-01-01T00:00:01Z',
      },
    });
    expect(check({ authorization: 'Bearer first', 'x-api-key': 'ended' }).client).not.toBeNull();
  });
});
