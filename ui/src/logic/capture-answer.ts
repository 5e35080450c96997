import { type ChatEndpoint, readChatEvent } from './chat-stream.js';
import { SseParser } from './sse-parser.js';

/** A call of a tool that a model asks for; `input` is JSON as the model has written it. */
export interface ToolCall {
  readonly name: string;
  readonly input: string;
}

/** One answer of a captured stream, put together again. */
export interface RebuiltAnswer {
  readonly reasoning: string;
  readonly text: string;
  readonly tools: readonly ToolCall[];
}

interface Draft {
  reasoning: string;
  text: string;
  /** By the place at which the stream names them. */
  readonly tools: Map<number, { name: string; input: string }>;
}

/**
 * Rebuilds the answers of a captured stream of any of the chat APIs: one, or as many as the request has
 * asked for with `n`. Events that cannot be read are left out.
 */
export function rebuildAnswers(path: string, stream: string): readonly RebuiltAnswer[] {
  const endpoint = chatEndpointOf(path);
  const drafts = new Map<number, Draft>();
  for (const { data } of new SseParser().push(`${stream}\n\n`)) {
    const event = parsed(data);
    if (event) readEvent(endpoint, { event, data }, drafts);
  }
  const answers = [...drafts].toSorted(([a], [b]) => a - b).map(([, draft]) => finished(draft));
  return answers.length > 0 ? answers : [{ reasoning: '', text: '', tools: [] }];
}

/** The chat API behind a path. */
export function chatEndpointOf(path: string): ChatEndpoint {
  if (path.includes('/messages')) return 'v1/messages';
  return path.includes('/responses') ? 'v1/responses' : 'v1/chat/completions';
}

/** All answers as one text: reasoning, a blank line, the answer; tools by name and input. */
export function answersText(answers: readonly RebuiltAnswer[]): string {
  return answers
    .flatMap(({ reasoning, text, tools }) => [
      reasoning,
      text,
      ...tools.map(({ name, input }) => `${name}(${input})`),
    ])
    .filter(Boolean)
    .join('\n\n');
}

interface StreamEvent {
  readonly type?: string;
  readonly index?: number;
  readonly output_index?: number;
  readonly content?: unknown;
  readonly choices?: readonly Choice[];
  readonly delta?: unknown;
  readonly item?: { readonly type?: string; readonly name?: string };
  readonly content_block?: { readonly type?: string; readonly name?: string };
}

interface Choice {
  readonly index?: number;
  readonly text?: string;
  readonly delta?: {
    readonly content?: string | null;
    readonly reasoning_content?: string | null;
    readonly reasoning?: string | null;
    readonly tool_calls?: readonly {
      readonly index?: number;
      readonly function?: { readonly name?: string; readonly arguments?: string };
    }[];
  };
}

function readEvent(
  endpoint: ChatEndpoint,
  { event, data }: { readonly event: StreamEvent; readonly data: string },
  drafts: Map<number, Draft>,
): void {
  if (endpoint === 'v1/chat/completions' && event.choices) {
    for (const choice of event.choices) readChoice(choice, draftAt(drafts, choice.index ?? 0));
    return;
  }
  const draft = draftAt(drafts, 0);
  readToolEvent(event, draft);
  const delta = readChatEvent(endpoint, data);
  draft.reasoning += delta?.reasoning ?? '';
  draft.text += delta?.text ?? (typeof event.content === 'string' ? event.content : '');
  if (delta?.error) draft.text += `\n[error: ${delta.error}]`;
}

function readChoice({ text, delta }: Choice, draft: Draft): void {
  draft.reasoning += delta?.reasoning_content ?? delta?.reasoning ?? '';
  draft.text += delta?.content ?? text ?? '';
  for (const { index, function: called } of delta?.tool_calls ?? []) {
    addTool(draft, index ?? 0, { name: called?.name ?? '', input: called?.arguments ?? '' });
  }
}

/** Tools of `/v1/messages` and `/v1/responses`: first their name, then their input in pieces. */
function readToolEvent(event: StreamEvent, draft: Draft): void {
  const begun = event.type === 'content_block_start' ? event.content_block : event.item;
  const place = event.output_index ?? event.index ?? 0;
  if (event.type === 'content_block_start' || event.type === 'response.output_item.added') {
    const isTool = begun?.type === 'tool_use' || begun?.type === 'function_call';
    if (isTool) addTool(draft, place, { name: begun.name ?? '', input: '' });
  } else if (event.type === 'response.function_call_arguments.delta') {
    const input = typeof event.delta === 'string' ? event.delta : '';
    addTool(draft, place, { name: '', input });
  } else if (event.type === 'content_block_delta') {
    const piece = (event.delta as { partial_json?: unknown } | null)?.partial_json;
    if (typeof piece === 'string') addTool(draft, place, { name: '', input: piece });
  }
}

function addTool({ tools }: Draft, place: number, { name, input }: ToolCall): void {
  const tool = tools.get(place) ?? { name: '', input: '' };
  tools.set(place, { name: tool.name || name, input: tool.input + input });
}

function draftAt(drafts: Map<number, Draft>, index: number): Draft {
  const draft = drafts.get(index) ?? { reasoning: '', text: '', tools: new Map() };
  drafts.set(index, draft);
  return draft;
}

function finished({ reasoning, text, tools }: Draft): RebuiltAnswer {
  return { reasoning, text, tools: [...tools.values()] };
}

function parsed(data: string): StreamEvent | null {
  try {
    const event: unknown = JSON.parse(data);
    return typeof event === 'object' && event !== null ? event : null;
  } catch {
    return null;
  }
}
