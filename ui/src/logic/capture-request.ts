/** One message of a captured request, as text. */
export interface AskedMessage {
  readonly role: string;
  readonly text: string;
}

/** What a captured request says to a model. */
export interface AskedConversation {
  readonly model: string;
  readonly messages: readonly AskedMessage[];
}

/** The conversation of a captured request of any of the chat APIs; null for any other request. */
export function conversationOf(body: string): AskedConversation | null {
  const request = parsed(body);
  const list = request?.['messages'] ?? request?.['input'];
  if (!request || !(Array.isArray(list) || typeof list === 'string')) return null;
  const system = request['system'] ?? request['instructions'];
  const asked = typeof list === 'string' ? [{ role: 'user', content: list }] : list;
  const messages = [
    ...(system ? [{ role: 'system', text: textOf(system) }] : []),
    ...asked.map(messageOf),
  ];
  return { model: typeof request['model'] === 'string' ? request['model'] : '', messages };
}

function messageOf(entry: unknown): AskedMessage {
  const { role, type, content, ...rest } = (entry ?? {}) as Record<string, unknown>;
  const name = typeof role === 'string' ? role : typeof type === 'string' ? type : 'unknown';
  const parts = [textOf(content)];
  for (const key of ['tool_calls', 'arguments', 'output']) {
    if (rest[key] !== undefined) parts.push(textOf(rest[key]));
  }
  return { role: name, text: parts.filter(Boolean).join('\n') };
}

/** Text of a content: texts as they are, pictures and the like by their kind, anything else as JSON. */
function textOf(content: unknown): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return JSON.stringify(content);
  return content
    .map((part: unknown) => {
      if (typeof part !== 'object' || part === null) return String(part);
      const { type, text } = part as { type?: unknown; text?: unknown };
      if (typeof text === 'string') return text;
      const isPicture = typeof type === 'string' && type.includes('image');
      return isPicture ? '[image]' : JSON.stringify(part);
    })
    .join('\n');
}

/** Headers that `curl` writes by itself, or that belong to a connection. */
const OWN_HEADERS =
  /^(?:host|content-length|connection|accept-encoding|transfer-encoding|user-agent|keep-alive)$/i;

/**
 * A command that sends a captured request again. Where a header was redacted, the command asks the
 * shell for `DROVER_API_KEY`.
 *
 * @param url of the request at this server
 */
export function curlCommand(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const lines = [`curl ${quoted(url)}`];
  for (const [name, value] of Object.entries(headers)) {
    if (OWN_HEADERS.test(name)) continue;
    if (!value.includes('[REDACTED]')) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
    else if (/^(?:authorization|x-api-key)$/i.test(name)) {
      lines.push('-H "Authorization: Bearer $DROVER_API_KEY"');
    }
  }
  if (body) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
