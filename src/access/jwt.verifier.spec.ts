import { createHmac } from 'node:crypto';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { JwtConfig } from '#lib/config';
import { VirtualClock } from '#lib/foundation';
import { JwtVerifier } from './jwt.verifier.js';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const ISSUER = 'https://sso.example';
let pair: Pair;
let stranger: Pair;
let jwks: string;
let clock: VirtualClock;
let verifier: JwtVerifier;

beforeAll(async () => {
  pair = await generateKeyPair('ES256', { extractable: true });
  stranger = await generateKeyPair('ES256', { extractable: true });
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] });
  vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});

beforeEach(() => {
  clock = new VirtualClock();
  verifier = new JwtVerifier(clock);
});

function settings(more: Partial<JwtConfig> = {}): JwtConfig {
  return {
    issuer: ISSUER,
    audience: ['drover'],
    jwksUri: null,
    jwks,
    algorithms: ['ES256'],
    clockToleranceMs: 30_000,
    nameClaim: 'sub',
    scopesClaim: 'scope',
    rolesClaim: 'realm_access.roles',
    roles: new Map([['ops', ['operate', 'inference']]]),
    ...more,
  };
}

const nowS = (): number => Math.floor(clock.wallMs() / 1000);

function token(
  claims: JWTPayload = {},
  { key = pair.privateKey, header = {} }: { key?: Pair['privateKey']; header?: object } = {},
): Promise<string> {
  const usual = { iss: ISSUER, aud: 'drover', sub: 'ann', exp: nowS() + 60, scope: 'inference' };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
    .sign(key);
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  it('speaks for its subject with the rights of its scopes and roles', async () => {
    const text = await token({
      scope: 'openid drover:read',
      realm_access: { roles: ['ops', 'x'] },
    });
    const access = await verifier.verify(text, settings());
    expect(access).toMatchObject({ problem: null, isDeliberate: true });
    expect(access.client!.name).toBe('jwt:ann');
    expect([...access.client!.scopes].toSorted()).toEqual(['inference', 'operate', 'read']);
    expect([...access.keyHeaders]).toEqual(['authorization']);
  });

  it.each([
    [{ scope: ['read', 3] }, ['read']],
    [{ scope: undefined }, []],
    [{ scope: 'root constructor __proto__' }, []],
    [{ scope: '', 'realm_access.roles': ['ops'] }, ['inference', 'operate', 'read']],
  ])('with %j has the rights %j', async (claims, scopes) => {
    const { client } = await verifier.verify(await token(claims), settings());
    expect([...client!.scopes].toSorted()).toEqual(scopes);
  });

  it.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another audience', { aud: 'other' }],
    ['without an audience', { aud: undefined }],
    ['that has expired', { exp: -60 }],
    ['without an end', { exp: undefined }],
    ['that is not valid yet', { nbf: 3600 }],
  ])('%s is refused', async (_what, claims) => {
    const { exp, nbf } = claims;
    const times = {
      ...('exp' in claims ? { exp: exp === undefined ? undefined : nowS() + exp } : {}),
      ...(nbf === undefined ? {} : { nbf: nowS() + nbf }),
    };
    const access = await verifier.verify(await token({ ...claims, ...times }), settings());
    expect(access).toMatchObject({ client: null, problem: { code: 'TOKEN_INVALID' } });
  });

  it('may be off by as much as clocks may differ', async () => {
    const late = await token({ exp: nowS() - 29 });
    expect((await verifier.verify(late, settings())).client).not.toBeNull();
    const early = await token({ nbf: nowS() + 29 });
    expect((await verifier.verify(early, settings())).client).not.toBeNull();
  });

  it('is remembered no longer than it lasts', async () => {
    const text = await token({ exp: nowS() + 10 });
    expect((await verifier.verify(text, settings())).client).not.toBeNull();
    const config = settings();
    expect((await verifier.verify(text, config)).client).not.toBeNull();
    clock.advance(39_000);
    expect((await verifier.verify(text, config)).client).not.toBeNull();
    clock.advance(2000);
    expect((await verifier.verify(text, config)).client).toBeNull();
  });
});

describe('a forged token', () => {
  const forgeries: readonly [string, () => Promise<string> | string][] = [
    ['signed by a stranger', () => token({}, { key: stranger.privateKey })],
    [
      'signed by a stranger without kid',
      () => token({}, { key: stranger.privateKey, header: { kid: undefined } }),
    ],
    ['with an unknown kid', () => token({}, { header: { kid: 'other' } })],
    ['with a path as kid', () => token({}, { header: { kid: '../../etc/passwd' } })],
    [
      'with its own key in the header',
      async () =>
        token(
          {},
          {
            key: stranger.privateKey,
            header: { jwk: await exportJWK(stranger.publicKey), kid: 'k1' },
          },
        ),
    ],
    [
      'with the address of other keys in the header',
      () => token({}, { key: stranger.privateKey, header: { jku: 'http://evil.example/jwks' } }),
    ],
    [
      'without a signature',
      () => `${encode({ alg: 'none' })}.${encode({ iss: ISSUER, aud: 'drover', exp: 9e9 })}.`,
    ],
    [
      'whose algorithm is "none" and that has a signature',
      async () =>
        `${encode({ alg: 'none', kid: 'k1' })}.${(await token()).split('.').slice(1).join('.')}`,
    ],
    [
      'signed with the public key as a shared secret',
      async () => {
        const body = `${encode({ alg: 'HS256', kid: 'k1' })}.${(await token()).split('.')[1]}`;
        const secret = await exportSPKI(pair.publicKey);
        return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
      },
    ],
    [
      'with changed claims',
      async () => {
        const [head, , signature] = (await token()).split('.');
        const claims = encode({ iss: ISSUER, aud: 'drover', exp: 9e9, scope: 'admin' });
        return `${head}.${claims}.${signature}`;
      },
    ],
    [
      'with an unknown critical header',
      () => token({}, { header: { crit: ['x'], x: 1 } }).catch(() => 'a.b.c'),
    ],
    ['that is no token', () => 'a.b.c'],
  ];

  it.each(forgeries)('%s is refused', async (_what, forge) => {
    const access = await verifier.verify(await forge(), settings());
    expect(access).toMatchObject({ client: null, problem: { code: 'TOKEN_INVALID' } });
    expect(access.problem!.message).not.toContain('evil');
  });

  it('of an algorithm that is not on the list is refused, whoever has signed it', async () => {
    const access = await verifier.verify(await token(), settings({ algorithms: ['RS256'] }));
    expect(access.problem).toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

describe('keys at an address', () => {
  let server: Server;
  let asked = 0;
  let answer = '';
  let config: JwtConfig;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked += 1;
      response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    asked = 0;
    answer = jwks;
    const { port } = server.address() as AddressInfo;
    config = settings({ jwks: null, jwksUri: `http://127.0.0.1:${port}/jwks` });
  });

  it('are fetched once for many tokens', async () => {
    for (const sub of ['a', 'b', 'c']) {
      expect((await verifier.verify(await token({ sub }), config)).client).not.toBeNull();
    }
    expect(asked).toBe(1);
  });

  it('are not fetched again and again by unknown kids', async () => {
    await verifier.verify(await token(), config);
    for (let kid = 0; kid < 20; kid += 1) {
      await verifier.verify(await token({}, { header: { kid: `unknown${kid}` } }), config);
    }
    expect(asked).toBe(1);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['no key set', '{}'],
    ['more than there is room for', `{"keys":[],"x":"${'x'.repeat(300_000)}"}`],
  ])(
    'that are %s make tokens unverifiable, which is no reason to let them in',
    async (_w, text) => {
      answer = text;
      const { client, problem } = await verifier.verify(await token(), config);
      expect(client).toBeNull();
      expect(problem).toMatchObject({ code: 'TOKEN_UNVERIFIABLE', entry: { status: 503 } });
    },
  );

  it('that cannot be reached are asked for again by the next token', async () => {
    const gone = { ...config, jwksUri: 'http://127.0.0.1:1/jwks' };
    const text = await token();
    expect((await verifier.verify(text, gone)).problem).toMatchObject({
      code: 'TOKEN_UNVERIFIABLE',
    });
    expect((await verifier.verify(text, config)).client).not.toBeNull();
  });
});
