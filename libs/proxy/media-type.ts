/** How a request body carries its fields. */
export type BodyKind = 'json' | 'multipart' | 'urlencoded' | 'other';

/** The essence of a Content-Type header, without its parameters, in lower case. */
export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** The kind of body that a Content-Type announces; `+json` types count as JSON (RFC 6839). */
export function bodyKindOf(contentType: string | undefined): BodyKind {
  if (contentType === 'application/json') return 'json';
  const type = mediaTypeOf(contentType);
  if (type === 'application/json' || type === 'text/json' || type.endsWith('+json')) return 'json';
  if (type === 'multipart/form-data') return 'multipart';
  return type === 'application/x-www-form-urlencoded' ? 'urlencoded' : 'other';
}

/** The `boundary` parameter of a multipart Content-Type (RFC 2046, 5.1.1), or null. */
export function boundaryOf(contentType: string | undefined): string | null {
  const match = /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(contentType ?? '');
  if (!match) return null;
  const boundary = match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2] ?? '';
  return boundary === '' ? null : boundary;
}
