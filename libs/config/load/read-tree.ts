import { Environment, expandEnvironment } from '../sources/environment.js';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { MapNode } from '../yaml/config-node.interface.js';
import { mergeMaps } from '../yaml/yaml-merge.js';
import { readYaml } from '../yaml/yaml-reader.js';

/**
 * Reads each file on its own, anchors included, and folds them into one tree. Null when a file
 * cannot be read, because then everything that follows would be about the missing part.
 */
export function readTree(
  sources: readonly SourceText[],
  env: Environment,
  problems: ProblemList,
): MapNode | null {
  for (const source of sources) expandEnvironment(source, env, problems);
  const afterEnvironment = problems.errorCount;
  const trees = sources.map((source) => readRoot(source, problems));
  if (problems.errorCount > afterEnvironment && trees.includes(null)) return null;
  let root = emptyRoot(sources);
  for (const tree of trees) {
    if (tree) root = root.entries.size > 0 ? mergeMaps(root, tree, problems) : tree;
  }
  return root;
}

/** The mapping of one file; empty for an empty file; null when it cannot be read. */
function readRoot(source: SourceText, problems: ProblemList): MapNode | null {
  const before = problems.errorCount;
  const node = readYaml(source, problems);
  const empty = emptyRoot([source]);
  if (node === undefined) return problems.errorCount > before ? null : empty;
  if (node.kind === 'map') return node;
  if (node.kind === 'list' && node.items.length > 0) {
    problems.error(node.place, '', 'the root of a configuration must be a mapping, is a list');
    return null;
  }
  if (node.kind === 'scalar' && node.type !== 'null') {
    problems.warn(node.place, '', 'the file holds nothing but one value and counts as empty');
  }
  return empty;
}

function emptyRoot(sources: readonly SourceText[]): MapNode {
  const source = sources[0] ?? new SourceText('', 0, '');
  return { kind: 'map', place: { source, offset: 0 }, entries: new Map() };
}
