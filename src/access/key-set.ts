import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  JSONWebKeySet,
  JWTVerifyGetKey,
} from 'jose';
import { JwtConfig } from '#lib/config';

/** A key set larger than this is refused, bytes. */
const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 5000;
const COOLDOWN_MS = 30_000;

/** Looks up the key that has signed a token. */
export type KeySet = JWTVerifyGetKey;

/**
 * The keys of an issuer (RFC 7517). Those of an address are fetched when they are first needed, kept
 * for ten minutes, and fetched again for an unknown key at most every 30 seconds.
 */
export function keySetOf({ jwks, jwksUri }: JwtConfig): KeySet {
  if (jwksUri === null) return createLocalJWKSet(JSON.parse(jwks ?? '{}') as JSONWebKeySet);
  return createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: fetchBounded,
  });
}

async function fetchBounded(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw new Error(`the key set is larger than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return new Response(Buffer.concat(pieces), { status: answer.status });
}
