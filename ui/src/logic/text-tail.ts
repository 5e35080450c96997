/** What log panels keep, in characters: as much as the server keeps in bytes. */
export const LOG_TAIL_CHARACTERS = 102_400;

/** Appends to a text and cuts its front at a line's beginning once it exceeds the limit. */
export function appendTail(text: string, more: string, limit = LOG_TAIL_CHARACTERS): string {
  const joined = text + more;
  if (joined.length <= limit) return joined;
  const cut = joined.length - limit;
  const lineEnd = joined.indexOf('\n', cut);
  return lineEnd < 0 ? joined.slice(cut) : joined.slice(lineEnd + 1);
}
