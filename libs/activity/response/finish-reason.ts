import { memberAt, textOf } from './json.js';

const NORMAL: ReadonlyMap<string, string> = new Map([
  ['eos', 'stop'],
  ['word', 'stop'],
  ['limit', 'length'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['tool_use', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['refusal', 'content_filter'],
  ['completed', 'stop'],
]);

/**
 * Why a generation ended, in the words of the OpenAI chat API (`stop`, `length`, `tool_calls`,
 * `content_filter`), whatever API style the body or event has; null while nothing is said. Words that
 * no API defines are passed on as they are.
 */
export function finishReasonOf(value: unknown): string | null {
  const native = choiceReason(value) ?? nativeReason(value) ?? messagesReason(value);
  const reason = native ?? responsesReason(value) ?? responsesReason(memberAt(value, 'response'));
  return reason === null ? null : (NORMAL.get(reason) ?? reason);
}

function choiceReason(value: unknown): string | null {
  const choices = memberAt(value, 'choices');
  if (!Array.isArray(choices)) return null;
  for (const choice of choices) {
    const reason = textOf(memberAt(choice, 'finish_reason'));
    if (reason) return reason;
  }
  return null;
}

const OLD_REASONS = ['limit', 'word', 'eos'] as const;

function nativeReason(value: unknown): string | null {
  const reason = textOf(memberAt(value, 'stop_type'));
  if (reason !== null) return reason === 'none' ? null : reason;
  // Builds of 2024 have a flag for each reason.
  return OLD_REASONS.find((name) => memberAt(value, `stopped_${name}`) === true) ?? null;
}

function messagesReason(value: unknown): string | null {
  return (
    textOf(memberAt(value, 'stop_reason')) ??
    textOf(memberAt(value, 'delta', 'stop_reason')) ??
    textOf(memberAt(value, 'message', 'stop_reason'))
  );
}

function responsesReason(value: unknown): string | null {
  if (memberAt(value, 'object') !== 'response') return null;
  const status = textOf(memberAt(value, 'status'));
  if (status === 'incomplete') {
    return textOf(memberAt(value, 'incomplete_details', 'reason')) ?? status;
  }
  return status === 'completed' ? status : null;
}
