import { finishReasonOf } from './finish-reason.js';
import { memberAt, objectOf, textOf } from './json.js';

/** Event types that end a stream, each in its API. */
const FINAL_TYPES: ReadonlySet<unknown> = new Set([
  'message_stop',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'transcript.text.done',
  'speech.audio.done',
  'image_generation.completed',
  'image_edit.completed',
]);

/** Whether the event says that nothing but usage figures can follow. */
export function isFinalEvent(event: unknown): boolean {
  return (
    FINAL_TYPES.has(memberAt(event, 'type')) ||
    memberAt(event, 'stop') === true ||
    (Array.isArray(memberAt(event, 'choices')) && finishReasonOf(event) !== null)
  );
}

/**
 * Whether the event carries generated output: text, reasoning, a part of a tool call, audio. The
 * opening chunk with a role only, progress reports and pings do not.
 */
export function hasContent(event: unknown): boolean {
  const choices = memberAt(event, 'choices');
  if (Array.isArray(choices)) return choices.some(choiceHasContent);
  const type = memberAt(event, 'type');
  if (typeof type === 'string') return typedEventHasContent(type, event);
  return isText(memberAt(event, 'content'));
}

/** Members by which an event tells more than its text. */
const TELLING = [
  'usage',
  'timings',
  'metrics',
  'tokens_evaluated',
  'error',
  'response',
  'message',
] as const;

/** Whether an event with content tells nothing else that anybody reads. */
export function isOnlyContent(event: unknown): boolean {
  const object = objectOf(event);
  if (object === null || finishReasonOf(event) !== null) return false;
  return TELLING.every((name) => (object[name] ?? null) === null);
}

/** Members of an event, or of its `object`, that make it more than a piece of a choice's output. */
const MORE_THAN_OUTPUT: ReadonlySet<string> = new Set([
  ...TELLING,
  'type',
  'stop',
  'stop_type',
  'stop_reason',
  'delta',
  'status',
  'incomplete_details',
]);
const MORE_THAN_OUTPUT_OBJECTS: ReadonlySet<unknown> = new Set(['response', 'error']);

/**
 * Whether an event of a stream of choices can tell nothing but output, as most do: then nothing else
 * has to be looked for in it.
 */
export function isPlainChoice(event: unknown): boolean {
  const object = objectOf(event);
  if (object === null || !Array.isArray(object['choices'])) return false;
  for (const name in object) if (MORE_THAN_OUTPUT.has(name)) return false;
  if (MORE_THAN_OUTPUT_OBJECTS.has(object['object'])) return false;
  return finishReasonOf(object) === null;
}

/** Members of a choice's `delta` that hold generated text. */
const TEXTS_OF_CHOICES = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;

function choiceHasContent(choice: unknown): boolean {
  if (isText(memberAt(choice, 'text'))) return true;
  const delta = objectOf(memberAt(choice, 'delta'));
  if (!delta) return false;
  const calls = delta['tool_calls'];
  if (TEXTS_OF_CHOICES.some((name) => isText(delta[name]))) return true;
  if (Array.isArray(calls) && calls.length > 0) return true;
  return objectOf(delta['function_call']) !== null || objectOf(delta['audio']) !== null;
}

function typedEventHasContent(type: string, event: unknown): boolean {
  if (type === 'content_block_delta') {
    const delta = objectOf(memberAt(event, 'delta'));
    return delta !== null && [delta['text'], delta['thinking'], delta['partial_json']].some(isText);
  }
  return type.endsWith('.delta') && isText(memberAt(event, 'delta') ?? memberAt(event, 'audio'));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** What an error body or an error event says. */
export interface Failure {
  readonly message: string;
  readonly type: string | null;
}

/**
 * The failure inside an event of a stream or a body with a success status, or null; `isFailure` when the
 * event was called an error.
 */
export function failureIn(event: unknown, isFailure = false): Failure | null {
  const nested = memberAt(event, 'error') ?? memberAt(event, 'response', 'error');
  const plain = textOf(nested);
  if (plain) return { message: plain, type: null };
  const holder = objectOf(nested) ?? (isFailure || isErrorObject(event) ? event : null);
  const type = textOf(memberAt(holder, 'type'));
  const message = messageOf(holder) ?? type;
  return message === null ? null : { message, type };
}

/** Some servers name no more than a number. */
function messageOf(holder: unknown): string | null {
  const words = textOf(memberAt(holder, 'message')) ?? textOf(memberAt(holder, 'detail'));
  const code = memberAt(holder, 'code') ?? null;
  return words ?? textOf(typeof code === 'number' ? `error ${code}` : code);
}

function isErrorObject(event: unknown): boolean {
  return memberAt(event, 'type') === 'error' || memberAt(event, 'object') === 'error';
}
