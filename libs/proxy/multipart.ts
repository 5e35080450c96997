/** The content of one text field of a multipart form, as byte offsets; the end is exclusive. */
export interface FieldRange {
  readonly start: number;
  readonly end: number;
}

const HEADER_END = Buffer.from('\r\n\r\n');
const LINE_END = '\r\n';

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
  const delimiter = Buffer.from(`${LINE_END}--${boundary}`, 'latin1');
  const fields: FieldRange[] = [];
  let hasFile = false;
  let at = firstPart(body, boundary);
  while (at >= 0) {
    const lineEnd = body.indexOf(LINE_END, at);
    const isLast = body[at] === 0x2d && body[at + 1] === 0x2d;
    if (isLast) return { fields, isWhole: true, hasFile };
    const headerEnd = body.indexOf(HEADER_END, at);
    if (lineEnd < 0 || headerEnd < 0) break;
    const start = headerEnd + HEADER_END.length;
    // An empty part's delimiter begins with the line end that closes its header.
    const head = body.toString('latin1', lineEnd, headerEnd);
    hasFile ||= isFile(head);
    const end = body.indexOf(delimiter, start - LINE_END.length);
    if (end < 0) break;
    const content = Math.max(start, end);
    if (isField(head, name)) {
      fields.push({ start, end: content });
    }
    at = end + delimiter.length;
  }
  return { fields, isWhole: false, hasFile };
}

/** Offset behind the first delimiter, which may stand at the very beginning; -1 without one. */
function firstPart(body: Buffer, boundary: string): number {
  const opening = Buffer.from(`--${boundary}`, 'latin1');
  if (body.subarray(0, opening.length).equals(opening)) return opening.length;
  const at = body.indexOf(Buffer.from(`${LINE_END}--${boundary}`, 'latin1'));
  return at < 0 ? -1 : at + LINE_END.length + opening.length;
}

function dispositionOf(header: string): string | undefined {
  return /(?:^|\r\n)content-disposition:([^\r]*)/i.exec(header)?.[1];
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
