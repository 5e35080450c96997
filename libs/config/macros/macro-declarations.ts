import { ProblemList } from '../sources/problem-list.js';
import { ConfigNode, describeNode, isNull, MapEntry } from '../yaml/config-node.interface.js';
import { Macro, MACRO_NAME, MACRO_NAME_BYTES, macroReference, RESERVED_MACROS } from './macro.js';

/** The accepted macros of one `macros` mapping in order, and the names that were refused. */
export interface MacroDeclarations {
  readonly macros: readonly Macro[];
  readonly refused: ReadonlySet<string>;
}

/** Reads a `macros` mapping; `path` is where it stands, such as `models.qwen.macros`. */
export function readMacros(
  node: ConfigNode | undefined,
  path: string,
  problems: ProblemList,
): MacroDeclarations {
  const macros: Macro[] = [];
  const refused = new Set<string>();
  if (node === undefined || isNull(node)) return { macros, refused };
  if (node.kind !== 'map') {
    problems.error(
      node.place,
      path,
      `must be a mapping of names to values, is ${describeNode(node)}`,
    );
    return { macros, refused };
  }
  for (const [name, entry] of node.entries) {
    const complaint = complaintAbout(name, entry);
    if (complaint === null && entry.node.kind === 'scalar') {
      macros.push({ name, content: entry.node });
      if (entry.node.type === 'float' && entry.node.canonical.includes('e')) {
        const message = `is put into texts as ${entry.node.canonical}: quote it to choose the form`;
        problems.warn(entry.node.place, `${path}.${name}`, message);
      }
    } else {
      refused.add(name);
      problems.error(entry.keyPlace, `${path}.${name}`, `macro "${name}" ${complaint}`);
    }
  }
  return { macros, refused };
}

function complaintAbout(name: string, { node }: MapEntry): string | null {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > MACRO_NAME_BYTES) {
    return `must have a name of 1 to ${MACRO_NAME_BYTES} bytes, has ${bytes}`;
  }
  if (!MACRO_NAME.test(name)) {
    return 'has an invalid character in its name: letters, digits, "_" and "-" are allowed';
  }
  if (node.kind !== 'scalar' || node.type === 'null' || node.type === 'timestamp') {
    return `must be a scalar (text, integer, float or boolean), is ${describeNode(node)}`;
  }
  if (node.type === 'text' && node.text.includes(macroReference(name))) {
    return `refers to itself (self-reference) with ${macroReference(name)}`;
  }
  if (RESERVED_MACROS.has(name)) return 'has a reserved name: Drover itself gives it a value';
  return null;
}
