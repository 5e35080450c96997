import { readFileSync } from 'node:fs';

/** A server behind wrappers is rarely deeper than this. */
const MOST_MEMBERS = 64;

/**
 * A process and its descendants, the process first. Wrappers and supervisors stand between Drover and
 * the program that holds the memory. Only Linux tells children; elsewhere the process alone.
 */
export function processFamily(pid: number): number[] {
  const family = [pid];
  for (let index = 0; index < family.length && family.length < MOST_MEMBERS; index += 1) {
    family.push(...childrenOf(family[index]!));
  }
  return family;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
