/** The content of one text field of a multipart form, as byte offsets; the end is exclusive. */
export interface FieldRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the text fields called `name` of a multipart form (RFC 7578) without decoding anything else;
 * file parts are never taken for fields.
 *
 * @returns null when the form is damaged: no boundary, or a part without header or end
 */
export function findFields(body: Buffer, boundary: string, name: string): FieldRange[] | null {
  const { fields, isWhole } = scanForm(body, boundary, name);
  return isWhole ? fields : null;
}

/** As {@link findFields}, for the beginning of a form: the fields that are complete there. */
export function findFirstFields(body: Buffer, boundary: string, name: string): FieldRange[] {
  return scanForm(body, boundary, name).fields;
}

/** What is known of a form from its beginning. */
export interface FormScan {
  /** The text fields of the name that are complete. */
  readonly fields: FieldRange[];
  /** Whether the end of the form has been found. */
  readonly isWhole: boolean;
  /** Whether a file has begun. */
  readonly hasFile: boolean;
}

/** As {@link findFields}, for a form of which only the beginning may be there. */
export function scanForm(body: Buffer, boundary: string, name: string): FormScan {
  const fields: FieldRange[] = [];
  let hasFile = false;
  const first = firstDelimiter(body, boundary);
  if (!first) return { fields, isWhole: false, hasFile };
  const { lineEnd } = first;
  const delimiter = Buffer.from(`${lineEnd}--${boundary}`, 'latin1');
  for (let { at } = first; !isEnd(body, at);) {
    const headerEnd = body.indexOf(lineEnd + lineEnd, at);
    if (headerEnd < 0) return { fields, isWhole: false, hasFile };
    const start = headerEnd + 2 * lineEnd.length;
    const head = body.toString('latin1', body.indexOf(lineEnd, at), headerEnd);
    hasFile ||= isFile(head);
    // An empty part's delimiter begins with the line end that closes its header.
    const end = nextDelimiter(body, delimiter, start - lineEnd.length);
    if (end < 0) return { fields, isWhole: false, hasFile };
    if (isField(head, name)) fields.push({ start, end: Math.max(start, end) });
    at = end + delimiter.length;
  }
  return { fields, isWhole: true, hasFile };
}

/**
 * The first delimiter, which may stand at the very beginning, and how the form's lines end: some
 * clients leave the carriage returns out.
 */
function firstDelimiter(
  body: Buffer,
  boundary: string,
): { readonly at: number; readonly lineEnd: '\r\n' | '\n' } | null {
  const opening = Buffer.from(`--${boundary}`, 'latin1');
  const isFirst = body.subarray(0, opening.length).equals(opening);
  let start = isFirst && isDelimiter(body, opening.length) ? 0 : -1;
  if (start < 0) {
    const inside = nextDelimiter(body, Buffer.from(`\n--${boundary}`, 'latin1'), 0);
    if (inside < 0) return null;
    start = inside + 1;
  }
  const at = start + opening.length;
  const hasReturn = isEnd(body, at) || body[body.indexOf('\n', at) - 1] === 0x0d;
  return { at, lineEnd: hasReturn ? '\r\n' : '\n' };
}

/** Offset of the next delimiter, -1 without one that is complete. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  let at = body.indexOf(delimiter, from);
  while (at >= 0 && !isDelimiter(body, at + delimiter.length)) {
    at = body.indexOf(delimiter, at + 1);
  }
  return at;
}

/** Whether what looked like a delimiter goes on like one: a longer text is content (RFC 2046, 5.1.1). */
function isDelimiter(body: Buffer, behind: number): boolean {
  let at = behind;
  while (body[at] === 0x20 || body[at] === 0x09) at += 1;
  return body[at] === 0x0a || (body[at] === 0x0d && body[at + 1] === 0x0a) || isEnd(body, behind);
}

/** Whether the delimiter before this offset is the last one. */
function isEnd(body: Buffer, at: number): boolean {
  return body[at] === 0x2d && body[at + 1] === 0x2d;
}

function dispositionOf(header: string): string | undefined {
  return /(?:^|\n)content-disposition:([^\r\n]*)/i.exec(header)?.[1];
}

function isFile(header: string): boolean {
  return /;\s*filename\*?=/i.test(dispositionOf(header) ?? '');
}

function isField(header: string, name: string): boolean {
  const line = dispositionOf(header);
  if (line === undefined || isFile(header)) return false;
  const match = /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(line);
  return (match?.[1] ?? match?.[2]) === name;
}

/** A copy of the form in which each of the given fields holds `value`; all other bytes stay. */
export function replaceFields(body: Buffer, fields: readonly FieldRange[], value: string): Buffer {
  const content = Buffer.from(value);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { start, end } of fields) {
    pieces.push(body.subarray(from, start), content);
    from = end;
  }
  pieces.push(body.subarray(from));
  return Buffer.concat(pieces);
}
