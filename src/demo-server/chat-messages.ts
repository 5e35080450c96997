import { invalidRequest } from './api.error.js';
import { isObject, JsonObject, textsOf } from './json-body.js';

/** A conversation boiled down to what the demo model looks at. */
export interface Conversation {
  /** Everything, as one text. */
  readonly prompt: string;
  /** The last words of the user. */
  readonly said: string;
}

/**
 * Reads OpenAI or Anthropic messages; parts that are no text are left out.
 * @param first text before the messages, such as Anthropic's `system`
 * @throws ApiError when there is no list of messages
 */
export function readConversation(messages: unknown, first: unknown = null): Conversation {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalidRequest('"messages" must be a list of at least one message');
  }
  if (!messages.every((message) => isObject(message))) {
    throw invalidRequest('each message must be an object with role and content');
  }
  const lines = messages.map(lineOf);
  const system = textsOf(first).map((text) => `system: ${text}\n`);
  return {
    prompt: `${system.join('')}${lines.map(({ role, text }) => `${role}: ${text}\n`).join('')}`,
    said: lines.findLast(({ role }) => role === 'user')?.text ?? '',
  };
}

function lineOf(message: JsonObject): { role: string; text: string } {
  const role = typeof message['role'] === 'string' ? message['role'] : 'user';
  return { role, text: textsOf(message['content']).join('\n') };
}
