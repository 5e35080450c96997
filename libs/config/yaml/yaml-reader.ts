import { Composer, Document, Parser } from 'yaml';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { ConfigNode } from './config-node.interface.js';
import { NodeBuilder } from './node-builder.js';

/**
 * Reads the first document of a file into a tree with places. Returns undefined when the file is
 * empty or cannot be read; everything wrong is reported in `problems`.
 */
export function readYaml(source: SourceText, problems: ProblemList): ConfigNode | undefined {
  try {
    const document = firstDocument(source, problems);
    if (!document) return undefined;
    for (const error of document.errors) {
      const offset = error.pos[0];
      const { line } = source.locate(offset);
      problems.error({ source, offset }, '', `YAML syntax error in line ${line}: ${error.message}`);
    }
    if (document.errors.length > 0 || !document.contents) return undefined;
    return new NodeBuilder(source, problems).build(document.contents);
  } catch (error) {
    // The only failure the parser is known to throw: its recursion on absurdly deep input.
    if (!(error instanceof RangeError)) throw error;
    problems.error(source, '', 'the file is nested too deeply to be read');
    return undefined;
  }
}

function firstDocument(source: SourceText, problems: ProblemList): Document.Parsed | null {
  const composer = new Composer({
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  let documents = 0;
  for (const token of new Parser().parse(source.text)) {
    if (token.type === 'document') documents += 1;
    if (documents > 1) {
      const at = { source, offset: token.offset };
      problems.warn(at, '', 'only the first YAML document of a file is read; this one is ignored');
      break;
    }
    composer.next(token).next();
  }
  return (composer.end().next().value as Document.Parsed | undefined) ?? null;
}
