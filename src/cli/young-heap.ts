import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young generation of the heap small while the program loads its code, which would
 * otherwise make it grow to a size (about 25 MB more resident memory) that nobody needs afterwards.
 *
 * @returns Lets it grow again, as a busy server should.
 */
export function keepHeapYoung(): () => void {
  setFlagsFromString('--semi-space-growth-factor=1');
  return () => setFlagsFromString('--semi-space-growth-factor=2');
}
