import { ProblemList } from '../sources/problem-list.js';
import { MapEntry, MapNode } from '../yaml/config-node.interface.js';
import { formatPath, KeyPath } from '../yaml/key-path.js';
import { SettingInfo } from './setting.decorator.js';

/** Flags that look like keys of the file. */
const FLAGS = new Set(['listen', 'watch-config', 'config', 'config-dir', 'tls-cert-file']);
/** Sections whose settings may hold a block for a plugin under the plugin's name. */
const PLUGIN_SETTINGS = new Set(['routing.router.settings', 'routing.scheduler.settings']);

/** Warns about keys that nobody reads, with the nearest key that is read. */
export function warnAboutUnknownKeys(
  node: MapNode,
  settings: ReadonlyMap<string, SettingInfo>,
  { path, problems }: { readonly path: KeyPath; readonly problems: ProblemList },
): void {
  const where = formatPath(path);
  for (const [key, entry] of node.entries) {
    const info = settings.get(key);
    const at = entry.keyPlace;
    const full = formatPath([...path, key]);
    if (info?.obsolete) problems.warn(at, full, `is obsolete, use ${info.obsolete}`);
    if (info || PLUGIN_SETTINGS.has(where) || (path.length === 0 && isTemplate(key, entry)))
      continue;
    problems.warn(at, full, `unknown key, it has no effect${advice(key, settings.keys(), path)}`);
  }
}

/** Top-level keys are the customary home of anchors. */
function isTemplate(key: string, entry: MapEntry): boolean {
  return key.startsWith('x-') || entry.anchored;
}

function advice(key: string, known: Iterable<string>, path: KeyPath): string {
  if (path.length === 0 && FLAGS.has(key)) return `; it is a flag of the command line: -${key}`;
  const nearest = nearestKey(key, known);
  return nearest === null ? '' : `; did you mean ${nearest}?`;
}

/** The known key that differs least, if it differs in no more than a third of its letters. */
export function nearestKey(key: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(key.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(key.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
