import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadedConfig, loadText } from '../testing/load-text.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const folder = mkdtempSync(join(tmpdir(), 'drover-keys-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('apiKeys', () => {
  it('keeps texts apart from keys with a name, whose text is not kept', () => {
    const config = loadedConfig('apiKeys: [plain, {name: ci, key: s3cret, scopes: [read]}]');
    expect(config.apiKeys).toEqual(['plain']);
    expect(config.namedKeys).toEqual([
      {
        name: 'ci',
        sha256: sha256('s3cret'),
        models: [],
        scopes: ['read'],
        expiresMs: null,
        requestsPerMinute: 0,
        tokensPerMinute: 0,
        concurrency: 0,
      },
    ]);
    expect(JSON.stringify(config.namedKeys)).not.toContain('s3cret');
  });

  it('gives a named key the right to ask models when nothing else is said', () => {
    expect(loadedConfig('apiKeys: [{name: a, key: k}]').namedKeys[0]!.scopes).toEqual([
      'inference',
    ]);
  });

  it('finds keys in the environment, in files and as digests', () => {
    writeFileSync(join(folder, 'key'), '  from-file\n');
    const text = `apiKeys:
      - {name: a, env: KEY}
      - {name: b, file: key}
      - {name: c, sha256: ${sha256('x').toUpperCase()}}`;
    const { namedKeys } = loadedConfig(text, { env: { KEY: 'from-env' }, cwd: folder });
    expect(namedKeys.map((key) => key.sha256)).toEqual(['from-env', 'from-file', 'x'].map(sha256));
  });

  it('reads the end and the limits', () => {
    const limits = 'requestsPerMinute: 6, tokensPerMinute: 7, concurrency: 8';
    const text = `apiKeys: [{name: a, key: k, expires: '2027-01-01T00:00:00Z', ${limits}}]`;
    expect(loadedConfig(text).namedKeys[0]).toMatchObject({
      expiresMs: Date.UTC(2027, 0, 1),
      requestsPerMinute: 6,
      tokensPerMinute: 7,
      concurrency: 8,
    });
  });

  it.each([
    ['[{key: k}]', 'apiKeys[0].name: must not be empty'],
    ['[{name: a}]', 'apiKeys[0]: must have exactly one of key, env, file, sha256'],
    ['[{name: a, key: k, env: E}]', 'apiKeys[0]: must have exactly one of'],
    ['[{name: a, key: "k k"}]', 'apiKeys[0].key: must not contain spaces'],
    ['[{name: a, env: NONE}]', 'apiKeys[0].env: the variable NONE is not set'],
    ['[{name: a, env: EMPTY}]', 'apiKeys[0].env: must not be empty'],
    ['[{name: a, file: none}]', 'apiKeys[0].file: the file none cannot be read'],
    ['[{name: a, sha256: abc}]', 'apiKeys[0].sha256: must have 64 hexadecimal digits'],
    ['[{name: a, key: k, scopes: [root]}]', 'apiKeys[0].scopes[0]: must be one of'],
    [
      '[{name: a, key: k, models: [m], scopes: [admin]}]',
      'apiKeys[0].scopes: a key that is limited',
    ],
    ['[{name: a, key: k, expires: soon}]', 'apiKeys[0].expires: "soon" is no time'],
    ['[{name: a, key: k}, {name: a, key: l}]', 'apiKeys[1].name: is the name of another key'],
    ['[{name: a, key: k}, {name: b, key: k}]', 'apiKeys[1]: has the same key as another'],
    ['[{name: a, key: k, concurrency: -1}]', 'must be >= 0'],
    ['[[a]]', 'apiKeys[0]: must be a text'],
  ])('refuses %s', (keys, problem) => {
    const { problems } = loadText(`apiKeys: ${keys}`, { env: { EMPTY: '' }, cwd: folder });
    expect(problems.join('\n')).toContain(problem);
  });

  it('warns about a key of the entry that nobody reads', () => {
    const { warnings } = loadText('apiKeys: [{name: a, key: k, scope: [read]}]');
    expect(warnings.join('\n')).toContain('did you mean scopes?');
  });
});

describe('audit.path', () => {
  it.each([
    ['none/audit.log', 'audit.path: the directory'],
    ['.', 'is a directory'],
  ])('refuses %s', (path, problem) => {
    const { problems } = loadText(`audit: {path: ${path}}`, { cwd: folder });
    expect(problems.join('\n')).toContain(problem);
  });

  it('may be a file that is not there yet', () => {
    const { audit } = loadedConfig('audit: {path: new.log, maxBytes: 1MiB}', { cwd: folder });
    expect(audit).toEqual({ path: 'new.log', maxBytes: 1024 * 1024, files: 5 });
  });
});

describe('auth.jwt', () => {
  const given = 'issuer: i, audience: [a]';

  it('reads the key set of a file and what roles stand for', () => {
    writeFileSync(join(folder, 'keys.json'), '{"keys":[{"kty":"OKP"}]}');
    const text = `auth: {jwt: {${given}, jwksFile: keys.json, roles: {ops: "operate, inference"}}}`;
    const { jwt } = loadedConfig(text, { cwd: folder });
    expect(jwt).toMatchObject({
      issuer: 'i',
      jwksUri: null,
      jwks: '{"keys":[{"kty":"OKP"}]}',
      clockToleranceMs: 30_000,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
    });
    expect([...jwt!.roles]).toEqual([['ops', ['operate', 'inference']]]);
  });

  it.each([
    ['{}', 'auth.jwt.issuer: must not be empty'],
    ['{}', 'auth.jwt.audience: must name at least one'],
    [`{${given}}`, 'auth.jwt: must have exactly one of jwksUri and jwksFile'],
    [`{${given}, jwksUri: "http://sso.example/keys"}`, 'must be an https address'],
    [`{${given}, jwksUri: "file:///etc/passwd"}`, 'must be an https address'],
    [`{${given}, jwksFile: none}`, 'cannot be read as JSON'],
    [`{${given}, jwksUri: "https://a", algorithms: [HS256]}`, 'auth.jwt.algorithms[0]'],
    [`{${given}, jwksUri: "https://a", algorithms: [none]}`, 'auth.jwt.algorithms[0]'],
    [`{${given}, jwksUri: "https://a", roles: {x: root}}`, 'auth.jwt.roles.x: "root" is no right'],
  ])('refuses %s', (jwt, problem) => {
    expect(loadText(`auth: {jwt: ${jwt}}`, { cwd: folder }).problems.join('\n')).toContain(problem);
  });
});
