import { Composer, Document, Parser } from 'yaml';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { ConfigNode } from './config-node.interface.js';
import { NodeBuilder } from './node-builder.js';
import { explainSyntax, forbiddenCharacter, SyntaxProblem } from './syntax-advice.js';

/**
 * Reads the first document of a file into a tree with places. Returns undefined when the file is
 * empty or cannot be read; everything wrong is reported in `problems`.
 */
export function readYaml(source: SourceText, problems: ProblemList): ConfigNode | undefined {
  try {
    const forbidden = forbiddenCharacter(source.text);
    if (forbidden) {
      reportSyntax([forbidden], source, problems);
      return undefined;
    }
    const document = firstDocument(source, problems);
    if (!document) return undefined;
    const mistakes = document.errors.map((error) => explainSyntax(error, source.text));
    reportSyntax(mistakes, source, problems);
    if (document.errors.length > 0 || !document.contents) return undefined;
    return new NodeBuilder(source, problems).build(document.contents);
  } catch (error) {
    // The only failure the parser is known to throw: its recursion on absurdly deep input.
    if (!(error instanceof RangeError)) throw error;
    problems.error(source, '', 'the file is nested too deeply to be read');
    return undefined;
  }
}

/** One for each line: what follows in the same line is mostly the parser's confusion. */
function reportSyntax(
  mistakes: readonly SyntaxProblem[],
  source: SourceText,
  problems: ProblemList,
): void {
  const lines = new Set<number>();
  for (const { offset, message } of mistakes) {
    const { line } = source.locate(offset);
    if (lines.has(line)) continue;
    lines.add(line);
    problems.error({ source, offset }, '', `YAML syntax error in line ${line}: ${message}`);
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
