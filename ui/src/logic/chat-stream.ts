/** Which API the chat speaks. */
export type ChatEndpoint = 'v1/chat/completions' | 'v1/messages' | 'v1/responses';

/** An image attached to a message, as data URL. */
export interface ChatImage {
  readonly dataUrl: string;
}

/** One turn of a conversation. */
export interface ChatTurn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly images?: readonly ChatImage[];
}

/** What one request is made from. */
export interface ChatOptions {
  readonly model: string;
  readonly system: string;
  readonly temperature: number;
  readonly maxTokens: number | null;
}

/** What one event of an answer adds. */
export interface ChatDelta {
  readonly text?: string;
  readonly reasoning?: string;
  readonly error?: string;
  readonly done?: boolean;
}

type Json = Record<string, unknown>;

/** Body of the request for a conversation. */
export function chatBody(endpoint: ChatEndpoint, turns: readonly ChatTurn[], o: ChatOptions): Json {
  const base: Json = { model: o.model, stream: true, temperature: o.temperature };
  switch (endpoint) {
    case 'v1/messages':
      return {
        ...base,
        max_tokens: o.maxTokens ?? 4096,
        ...(o.system && { system: o.system }),
        messages: turns.map((turn) => ({ role: turn.role, content: anthropicContent(turn) })),
      };
    case 'v1/responses':
      return {
        ...base,
        ...(o.maxTokens && { max_output_tokens: o.maxTokens }),
        ...(o.system && { instructions: o.system }),
        input: turns.map((turn) => ({ role: turn.role, content: responsesContent(turn) })),
      };
    default:
      return {
        ...base,
        ...(o.maxTokens && { max_tokens: o.maxTokens }),
        messages: [
          ...(o.system ? [{ role: 'system', content: o.system }] : []),
          ...turns.map((turn) => ({ role: turn.role, content: openAiContent(turn) })),
        ],
      };
  }
}

function openAiContent(turn: ChatTurn): unknown {
  if (!turn.images?.length) return turn.text;
  const images = turn.images.map((image) => ({
    type: 'image_url',
    image_url: { url: image.dataUrl },
  }));
  return [{ type: 'text', text: turn.text }, ...images];
}

function anthropicContent(turn: ChatTurn): unknown {
  if (!turn.images?.length || turn.role === 'assistant') return turn.text;
  const images = turn.images.map((image) => {
    const [, mediaType = '', data = ''] = /^data:([^;,]*);base64,(.*)$/s.exec(image.dataUrl) ?? [];
    return { type: 'image', source: { type: 'base64', media_type: mediaType, data } };
  });
  return [...images, { type: 'text', text: turn.text }];
}

function responsesContent(turn: ChatTurn): unknown {
  const type = turn.role === 'user' ? 'input_text' : 'output_text';
  const images = (turn.images ?? []).map((image) => ({
    type: 'input_image',
    image_url: image.dataUrl,
  }));
  return [{ type, text: turn.text }, ...images];
}

/** Reads one event's data of an answer's stream; null when it says nothing. */
export function readChatEvent(endpoint: ChatEndpoint, data: string): ChatDelta | null {
  if (data.trim() === '[DONE]') return { done: true };
  let event: Json;
  try {
    event = JSON.parse(data) as Json;
  } catch {
    return null;
  }
  const error = readError(event);
  if (error) return { error };
  if (endpoint === 'v1/chat/completions') return readCompletion(event);
  if (endpoint === 'v1/messages') return readMessages(event);
  return readResponses(event);
}

function readError(event: Json): string | null {
  const error = event['error'] as { message?: string } | string | null | undefined;
  if (!error) return null;
  return typeof error === 'string' ? error : (error.message ?? JSON.stringify(error));
}

function readCompletion(event: Json): ChatDelta | null {
  const choices = event['choices'] as { delta?: Record<string, string | null> }[] | undefined;
  const delta = choices?.[0]?.delta;
  if (!delta) return null;
  const reasoning = delta['reasoning_content'] ?? delta['reasoning'] ?? undefined;
  return { text: delta['content'] ?? undefined, reasoning };
}

function readMessages(event: Json): ChatDelta | null {
  if (event['type'] === 'message_stop') return { done: true };
  if (event['type'] !== 'content_block_delta') return null;
  const delta = event['delta'] as { type?: string; text?: string; thinking?: string };
  if (delta.type === 'text_delta') return { text: delta.text };
  if (delta.type === 'thinking_delta') return { reasoning: delta.thinking };
  return null;
}

function readResponses(event: Json): ChatDelta | null {
  switch (event['type']) {
    case 'response.output_text.delta':
      return { text: event['delta'] as string };
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return { reasoning: event['delta'] as string };
    case 'response.completed':
      return { done: true };
    case 'response.failed':
    case 'response.incomplete': {
      const response = event['response'] as Json | undefined;
      const details = response?.['incomplete_details'] as { reason?: string } | undefined;
      const error = response ? readError(response) : null;
      return { error: error ?? details?.reason ?? 'The answer ended early.' };
    }
    default:
      return null;
  }
}
