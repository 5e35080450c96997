import { hash, timingSafeEqual } from 'node:crypto';

/** Whether an Authorization header carries this token as Bearer; compared in constant time. */
export function hasBearer(authorization: string | undefined, token: string): boolean {
  const [scheme, presented] = (authorization ?? '').split(' ', 2) as [string, string | undefined];
  if (scheme.toLowerCase() !== 'bearer' || !presented || token === '') return false;
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(presented), digest(token));
}
