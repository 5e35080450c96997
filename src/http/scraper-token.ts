import { hash, timingSafeEqual } from 'node:crypto';

/** Whether an Authorization header carries this token as Bearer; compared in constant time. */
export function hasBearer(authorization: string | undefined, token: string): boolean {
  const [scheme, presented] = (authorization ?? '').split(' ', 2) as [string, string | undefined];
  if (scheme.toLowerCase() !== 'bearer' || !presented || token === '') return false;
  return timingSafeEqual(digest(presented), digest(token));
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
