import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiKeys } from './api-keys.js';
import { credentialsOf } from './credentials.js';

const NONE = { bearer: '', password: '', apiKey: '' };

describe('credentialsOf', () => {
  it.each([
    [{}, NONE],
    [{ authorization: 'Bearer a' }, { ...NONE, bearer: 'a' }],
    [{ authorization: 'bearer  a ' }, { ...NONE, bearer: ' a ' }],
    [{ authorization: 'Basic dTpw' }, { ...NONE, password: 'p' }],
    [{ authorization: 'Basic dTpwOnE=' }, { ...NONE, password: 'p:q' }],
    [{ authorization: 'Basic dQ==' }, NONE],
    [{ authorization: 'Basic *' }, NONE],
    [{ authorization: 'Digest a' }, NONE],
    [{ authorization: 'Bearer' }, NONE],
    [{ 'x-api-key': 'k' }, { ...NONE, apiKey: 'k' }],
    [{ 'x-api-key': ['k', 'l'] }, NONE],
  ])('reads %j as %j', (headers, credentials) => {
    expect(credentialsOf(headers as Record<string, string>)).toEqual(credentials);
  });

  it('makes nothing of what nobody has given out', () => {
    const keys = new ApiKeys({ apiKeys: ['the-only-key'], namedKeys: [] }, () => 0);
    const text = string({ unit: 'binary', maxLength: 200 });
    assert(
      property(text, text, (authorization, apiKey) => {
        const access = keys.check(credentialsOf({ authorization, 'x-api-key': apiKey }));
        expect(access.client).toBeNull();
      }),
    );
  });
});
