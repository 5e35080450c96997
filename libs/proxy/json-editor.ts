import { DroverError } from '#lib/foundation';
import { JsonPathStep, parseJsonPath } from './json-path.js';
import {
  documentObject,
  elementsOf,
  findMember,
  JsonMember,
  nextMember,
  skipSpace,
  skipValue,
} from './json-scan.js';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const COMMA = 0x2c;

/** Replaces the bytes between two offsets. */
export function splice(text: Buffer, [start, end]: readonly [number, number], by: string): Buffer {
  return Buffer.concat([text.subarray(0, start), Buffer.from(by), text.subarray(end)]);
}

/**
 * Sets a parameter in a JSON document as text: an existing value is replaced in place, a new member
 * is appended at the end of its object, every other byte stays.
 *
 * @param value JSON text of the new value
 * @returns the same buffer when the path has wildcards
 * @throws DroverError BODY_UNREADABLE when a member has to be added to a damaged document
 */
export function setJsonParameter(text: Buffer, path: string, value: string): Buffer {
  const steps = parseJsonPath(path);
  return steps === null ? text : setAt(text, requireObject(text), { steps, value });
}

/** Removes a parameter from a JSON document as text; the first of duplicates only. */
export function stripJsonParameter(text: Buffer, path: string): Buffer {
  const steps = parseJsonPath(path);
  return steps === null ? text : stripAt(text, requireObject(text), steps);
}

/**
 * Checks a document that is about to be edited.
 *
 * @throws DroverError BODY_UNREADABLE saying where the damage is, as far as the parser knows
 */
export function requireValidJson(text: Buffer): void {
  const start = documentObject(text);
  try {
    JSON.parse(text.toString('utf8', Math.max(start, 0)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(/position \d+|end of JSON/.exec(reason)?.[0] ?? 'unexpected text');
  }
}

interface Assignment {
  readonly steps: readonly JsonPathStep[];
  readonly value: string;
}

function damaged(where: string): DroverError {
  return new DroverError(
    'BODY_UNREADABLE',
    `could not edit the JSON body: it is damaged (${where}); send a complete JSON object`,
  );
}

function requireObject(text: Buffer): number {
  const object = documentObject(text);
  if (object < 0) throw damaged('no object at its beginning');
  return object;
}

function setAt(text: Buffer, container: number, { steps, value }: Assignment): Buffer {
  const [step, ...rest] = steps as [JsonPathStep, ...JsonPathStep[]];
  if (text[container] === OPEN_BRACKET && step.index !== null) {
    return setElement(text, container, { steps, value });
  }
  const member = findMember(text, container, step.key);
  if (!member) return appendMember(text, container, { steps, value });
  return setInside(text, [member.valueStart, member.valueEnd], { steps: rest, value });
}

function setInside(text: Buffer, range: readonly [number, number], change: Assignment): Buffer {
  const [next] = change.steps;
  if (!next) return splice(text, range, change.value);
  const opening = text[range[0]];
  const fits = opening === OPEN_BRACE || (opening === OPEN_BRACKET && next.index !== null);
  return fits ? setAt(text, range[0], change) : splice(text, range, build(change));
}

function setElement(text: Buffer, array: number, { steps, value }: Assignment): Buffer {
  const [step, ...rest] = steps as [JsonPathStep, ...JsonPathStep[]];
  const elements = elementsOf(text, array);
  if (!elements) throw damaged('an array without end');
  const index = step.index === -1 ? elements.length : step.index!;
  const existing = elements[index];
  if (existing) return setInside(text, existing, { steps: rest, value });
  const padding = Array.from({ length: index - elements.length }, () => 'null');
  const added = [...padding, build({ steps: rest, value })].join(',');
  const last = elements.at(-1);
  const at = last ? last[1] : array + 1;
  return splice(text, [at, at], last ? `,${added}` : added);
}

function appendMember(text: Buffer, object: number, { steps, value }: Assignment): Buffer {
  const [step, ...rest] = steps as [JsonPathStep, ...JsonPathStep[]];
  const end = skipValue(text, object);
  if (end < 0) throw damaged('it ends too early');
  const last = lastMember(text, object);
  const added = `${JSON.stringify(step.key)}:${build({ steps: rest, value })}`;
  const at = last ? last.valueEnd : object + 1;
  return splice(text, [at, at], last ? `,${added}` : added);
}

function lastMember(text: Buffer, object: number): JsonMember | null {
  let last: JsonMember | null = null;
  let member = nextMember(text, object + 1);
  while (member) {
    last = member;
    member = nextMember(text, member.valueEnd);
  }
  return last;
}

/** JSON text of the value with the containers that the remaining steps ask for. */
function build({ steps, value }: Assignment): string {
  const [step, ...rest] = steps;
  if (!step) return value;
  const inner = build({ steps: rest, value });
  if (step.index === null) return `{${JSON.stringify(step.key)}:${inner}}`;
  const padding = Array.from({ length: Math.max(step.index, 0) }, () => 'null');
  return `[${[...padding, inner].join(',')}]`;
}

function stripAt(text: Buffer, container: number, steps: readonly JsonPathStep[]): Buffer {
  const [step, ...rest] = steps as [JsonPathStep, ...JsonPathStep[]];
  const range = rangeOf(text, container, step);
  if (!range) return text;
  if (rest.length > 0) {
    const opening = text[range.valueStart];
    const enters = opening === OPEN_BRACE || opening === OPEN_BRACKET;
    return enters ? stripAt(text, range.valueStart, rest) : text;
  }
  return cutOut(text, range);
}

function rangeOf(text: Buffer, container: number, step: JsonPathStep): JsonMember | null {
  if (text[container] !== OPEN_BRACKET) return findMember(text, container, step.key);
  if (step.index === null) return null;
  const element = elementsOf(text, container)?.at(step.index);
  if (!element) return null;
  const [start, end] = element;
  return { keyStart: start, keyEnd: start, valueStart: start, valueEnd: end };
}

/** Removes a member or element together with one comma beside it. */
function cutOut(text: Buffer, { keyStart, valueEnd }: JsonMember): Buffer {
  const after = skipSpace(text, valueEnd);
  if (text[after] === COMMA) return splice(text, [keyStart, skipSpace(text, after + 1)], '');
  let before = keyStart - 1;
  while (before > 0 && skipSpace(text, before) >= keyStart) before -= 1;
  return splice(text, [text[before] === COMMA ? before : keyStart, valueEnd], '');
}
