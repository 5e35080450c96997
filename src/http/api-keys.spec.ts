import { describe, expect, it } from 'vitest';
import { ApiKeys } from './api-keys.js';

const keys = new ApiKeys(['first', 'a:b c', 'ümlaut']);

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
  ])('lets %j in by its valid keys, which go no further', (headers, carriers) => {
    const access = keys.check(headers);
    expect(access.granted).toBe(true);
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
    expect(keys.check(headers)).toMatchObject({ granted: false });
  });

  it('lets everybody in when there is no key, and strips nothing then', () => {
    const access = new ApiKeys([]).check({ authorization: 'Bearer theirs' });
    expect(access).toMatchObject({ granted: true, keyHeaders: new Set() });
  });

  it('tells keys that a program sends from those that a browser repeats', () => {
    expect(keys.check({ authorization: 'Bearer first' }).isDeliberate).toBe(true);
    expect(keys.check({ 'x-api-key': 'first' }).isDeliberate).toBe(true);
    expect(keys.check({ authorization: basic('u:first') }).isDeliberate).toBe(false);
  });
});
