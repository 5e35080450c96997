/** Whether an answer of this Content-Type is a stream of server-sent events (names ignore case, RFC 9110, 8.3). */
export function isEventStream(contentType: string): boolean {
  return /text\/event-stream/i.test(contentType);
}

/** Whether it promises one JSON document; an answer without a type is taken at its first byte. */
export function isJsonDocument(contentType: string): boolean {
  return contentType === '' || /[/+]json\s*$/i.test(contentType.split(';')[0]!);
}
