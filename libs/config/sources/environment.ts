import { ProblemList } from './problem-list.js';
import { applyEdits, OffsetMap, TextEdit } from './offset-map.js';
import { findReferences, Reference } from './reference-finder.js';
import { SourceText } from './source-text.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Stands for a reference to a variable that is not set, so that the rest of the file can be
 * checked: a character of the private use area that no configuration contains.
 */
export const UNSET_MARK = '\uE000';

/**
 * Stands for an empty value in a plain scalar, so that `[${env.KEY}]` is a list with an empty item
 * and not an empty list.
 */
export const EMPTY_MARK = '\uE001';

/** Passes: the second one expands references that stood in the values of the first. */
const PASSES = 2;

/**
 * Replaces `${env.NAME}` in the text of a file, before it is parsed. In values a backslash becomes
 * two and a double quote gets one before it, which is right inside double quotes; elsewhere the
 * extra backslashes stay and a warning says so. References in comments and in comment lines of
 * commands are left alone.
 */
export function expandEnvironment(
  source: SourceText,
  env: Environment,
  problems: ProblemList,
): void {
  let map: OffsetMap | null = null;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const references = findReferences(source.text);
    if (references.length === 0) return;
    const edits = references.map((reference) => edit(reference, { source, env, problems }));
    map = new OffsetMap(edits, map);
    source.replaceText(applyEdits(source.text, edits), map);
  }
}

interface ExpandContext {
  readonly source: SourceText;
  readonly env: Environment;
  readonly problems: ProblemList;
}

function edit(reference: Reference, { source, env, problems }: ExpandContext): TextEdit {
  const { name, offset, length } = reference;
  const at = { source, offset };
  const value = env[name];
  if (value === undefined) {
    problems.error(at, '', `environment variable ${name} is not set`);
    return { offset, length, text: UNSET_MARK };
  }
  if (/[\n\r\0]/.test(value)) {
    const what = 'contains a newline, a carriage return or a NUL, which cannot stand in the file';
    problems.error(at, '', `environment variable ${name} ${what}`);
    return { offset, length, text: UNSET_MARK };
  }
  if (value === '' && reference.position === 'plain') return { offset, length, text: EMPTY_MARK };
  const suspicion = suspicionOf(value, reference);
  if (suspicion) problems.warn(at, '', `the value of environment variable ${name} ${suspicion}`);
  return { offset, length, text: value.replaceAll('\\', '\\\\').replaceAll('"', '\\"') };
}

/** Why a value may come out otherwise than it went in; null when it does not. */
function suspicionOf(value: string, { position }: Reference): string | null {
  if (/\$\{[A-Za-z0-9_-]+\}/.test(value)) return 'contains ${…}, which is taken as a macro';
  if (position === 'double-quoted') return null;
  if (/["\\]/.test(value)) {
    return (
      'contains a backslash or a double quote: write the reference in double quotes, ' +
      'elsewhere every such character gets a backslash before it'
    );
  }
  if (position === 'single-quoted') {
    return value.includes("'") ? 'contains a single quote, which ends the quoted text' : null;
  }
  if (position === 'block') return null;
  if (/(^|\s)#|:(\s|$)|^[-?:,[\]{}#&*!|>'%@`\s]|\s$/.test(value)) {
    return 'contains characters that are special in YAML: write the reference in double quotes';
  }
  return null;
}
