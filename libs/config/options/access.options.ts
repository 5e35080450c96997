import { Setting } from './setting.decorator.js';

/** Rights that a key or a token may have. */
export const ACCESS_SCOPES = ['inference', 'read', 'operate', 'admin'] as const;

/** Signatures that tokens may have; those with a shared secret are not among them. */
const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** An entry of `apiKeys` that is more than the key alone. */
export class ClientKeyOptions {
  @Setting({
    kind: 'text',
    default: 'required',
    doc: 'What logs, the activity list and the audit log call the key.',
  })
  name = '';

  @Setting({
    kind: 'text',
    default: 'one of `key`, `env`, `file` and `sha256` is required',
    doc: 'The key itself.',
  })
  key = '';

  @Setting({ kind: 'text', doc: 'Environment variable that holds the key.' })
  env = '';

  @Setting({
    kind: 'text',
    doc: 'File that holds the key, relative to the working directory; white space around it does not count.',
  })
  file = '';

  @Setting({ kind: 'text', doc: 'SHA-256 of the key in hexadecimal digits, instead of the key.' })
  sha256 = '';

  @Setting({
    kind: 'texts',
    default: 'all',
    doc: 'Models that the key may use, by id, alias or selector; `*` stands for any characters and `?` for one.',
  })
  models: string[] = [];

  @Setting({
    kind: 'texts',
    allowed: ACCESS_SCOPES,
    doc: 'What the key may do: `inference` asks models, `read` sees state and figures, `operate` also loads, unloads, cancels and reads logs, `admin` everything.',
  })
  scopes: string[] = ['inference'];

  @Setting({
    kind: 'text',
    default: 'never',
    doc: 'When the key ends, RFC 3339, such as `2027-01-01T00:00:00Z`.',
  })
  expires = '';

  @Setting({ kind: 'integer', min: 0, doc: 'Most requests for models per minute; 0 = no limit.' })
  requestsPerMinute = 0;

  @Setting({
    kind: 'integer',
    min: 0,
    doc: 'Most tokens per minute, read and generated; 0 = no limit. Counted when an answer has ended.',
  })
  tokensPerMinute = 0;

  @Setting({
    kind: 'integer',
    min: 0,
    doc: 'Most requests for models at the same time; 0 = no limit.',
  })
  concurrency = 0;
}

/** The block `auth.jwt`. */
export class JwtOptions {
  @Setting({ kind: 'text', default: 'required', doc: 'The `iss` that tokens must have.' })
  issuer = '';

  @Setting({
    kind: 'texts',
    default: 'required',
    doc: 'The `aud` that tokens must have, one of these.',
  })
  audience: string[] = [];

  @Setting({
    kind: 'text',
    default: '`jwksUri` or `jwksFile` is required',
    doc: 'Address of the key set (JWKS) of the issuer. It is asked when an unknown key is met, at most every 30 seconds.',
  })
  jwksUri = '';

  @Setting({ kind: 'text', doc: 'File with the key set, relative to the working directory.' })
  jwksFile = '';

  @Setting({
    kind: 'texts',
    allowed: JWT_ALGORITHMS,
    doc: 'Signatures that are accepted.',
  })
  algorithms: string[] = ['RS256', 'ES256', 'EdDSA'];

  @Setting({
    kind: 'duration',
    default: '`30s`',
    doc: 'How much the clocks of the issuer and of this machine may differ.',
  })
  clockTolerance = 30_000;

  @Setting({ kind: 'text', doc: 'Claim that names the client.' })
  nameClaim = 'sub';

  @Setting({
    kind: 'text',
    doc: 'Claim with the rights, as a list or separated by spaces; `drover:read` counts as `read`.',
  })
  scopesClaim = 'scope';

  @Setting({
    kind: 'text',
    default: 'none',
    doc: 'Claim with a list of roles; dots lead into objects, as in `realm_access.roles`.',
  })
  rolesClaim = '';

  @Setting({
    kind: 'textMap',
    doc: 'The rights that a role stands for, separated by spaces, as in `{ml-team: inference read}`.',
  })
  roles = new Map<string, string>();
}

/** The block `auth`. */
export class AuthOptions {
  @Setting({
    kind: 'block',
    type: () => JwtOptions,
    default: 'none',
    doc: 'Bearer tokens of an identity provider, beside `apiKeys`.',
  })
  jwt: JwtOptions | null = null;
}

/** The block `audit`. */
export class AuditOptions {
  @Setting({
    kind: 'text',
    default: 'none: the latest entries are kept in memory',
    doc: 'File of the audit log, one JSON object per line, relative to the working directory.',
  })
  path = '';

  @Setting({
    kind: 'bytes',
    default: '`10MiB`',
    doc: 'Size at which a new file is begun and the old ones are renamed to `.1`, `.2` and so on.',
  })
  maxBytes = 10 * 1024 * 1024;

  @Setting({ kind: 'integer', min: 1, doc: 'Old files that are kept.' })
  files = 5;
}
