import type { ChatImage } from './chat-stream.js';

/** One message as it is kept. */
export interface KeptMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly reasoning: string;
  readonly reasoningMs: number | null;
  readonly images: readonly ChatImage[];
}

/**
 * Reads a kept conversation, also in the form that older pages have left: `content` for the text, as
 * text or as parts of text and pictures. What cannot be read is left out.
 */
export function readHistory(value: unknown): KeptMessage[] {
  return Array.isArray(value) ? value.flatMap(readMessage) : [];
}

function readMessage(value: unknown): KeptMessage[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = value as Record<string, unknown>;
  const { role } = found;
  if (role !== 'user' && role !== 'assistant') return [];
  const parts = partsOf(found['content'] ?? found['text']);
  if (!parts) return [];
  const reasoning = found['reasoning'] ?? found['reasoning_content'];
  const ms = found['reasoningMs'] ?? found['reasoningTimeMs'];
  const message: KeptMessage = {
    role,
    text: parts.text,
    reasoning: typeof reasoning === 'string' ? reasoning : '',
    reasoningMs: typeof ms === 'number' ? ms : null,
    images: [...parts.images, ...imagesOf(found['images'])],
  };
  return [message];
}

function partsOf(content: unknown): { text: string; images: ChatImage[] } | null {
  if (typeof content === 'string') return { text: content, images: [] };
  if (!Array.isArray(content)) return null;
  const parts = content.filter((part) => typeof part === 'object' && part !== null) as Record<
    string,
    unknown
  >[];
  const text = parts.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
  const urls = parts.map((part) => (part['image_url'] as { url?: unknown } | undefined)?.url);
  return { text, images: urls.flatMap((url) => imageOf(url)) };
}

function imagesOf(value: unknown): ChatImage[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((image) => imageOf((image as { dataUrl?: unknown } | null)?.dataUrl));
}

/** Pictures only: any other address could lead elsewhere. */
function imageOf(url: unknown): ChatImage[] {
  return typeof url === 'string' && /^data:image\/(?:png|jpeg|gif|webp);base64,/.test(url)
    ? [{ dataUrl: url }]
    : [];
}
