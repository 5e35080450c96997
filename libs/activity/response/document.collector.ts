import { JsonPruner } from './json-pruner.js';
import { RESPONSE_MEMBERS } from './keep-tree.js';

/** Up to this size a document is held and parsed in full, beyond it is pruned while it passes. */
const WHOLE_BYTES = 256 * 1024;

const OPENERS = new Set([0x7b, 0x5b]);

/**
 * Collects one JSON document that arrives in pieces. Small documents are parsed strictly; of large
 * ones only the members that {@link RESPONSE_MEMBERS} names are kept, so that memory stays bounded.
 * A document that begins with anything but `{` or `[` is dropped at once.
 */
export class DocumentCollector {
  private pieces: Buffer[] = [];
  private bytes = 0;
  private pruner: JsonPruner | null = null;
  private state: 'empty' | 'collecting' | 'foreign' = 'empty';

  constructor(private readonly wholeBytes = WHOLE_BYTES) {}

  /** Whether something that cannot be JSON has arrived. */
  get isForeign(): boolean {
    return this.state === 'foreign';
  }

  /** Whether nothing but blanks has arrived. */
  get isEmpty(): boolean {
    return this.state === 'empty';
  }

  /** Takes the next piece; what is kept of it is copied. */
  push(chunk: Uint8Array): void {
    if (this.state === 'foreign') return;
    if (this.state === 'empty') chunk = this.begin(chunk);
    if (this.state !== 'collecting') return;
    if (this.pruner) this.pruner.push(chunk);
    else this.hold(chunk);
  }

  /** The parsed (or pruned) value, or undefined when there is no valid document. */
  finish(): unknown {
    if (this.pruner) return this.pruner.finish();
    if (this.state !== 'collecting') return undefined;
    return parseJson(this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces));
  }

  private begin(chunk: Uint8Array): Uint8Array {
    const start = firstInk(chunk);
    if (start === chunk.length) return chunk;
    this.state = OPENERS.has(chunk[start]!) ? 'collecting' : 'foreign';
    return chunk.subarray(start);
  }

  private hold(chunk: Uint8Array): void {
    this.pieces.push(Buffer.from(chunk));
    this.bytes += chunk.length;
    if (this.bytes <= this.wholeBytes) return;
    this.pruner = new JsonPruner(RESPONSE_MEMBERS);
    for (const piece of this.pieces) this.pruner.push(piece);
    this.pieces = [];
  }
}

/** Bytes that a JSON value can begin with (RFC 8259, 2 and 3). */
const JSON_BEGINNINGS = new Set(Buffer.from('{["-0123456789tfn'));

/** Whether bytes are, or begin, a JSON value as far as their first one that is not blank tells. */
export function canBeJson(bytes: Buffer, from = 0, to = bytes.length): boolean {
  let at = from;
  while (at < to && bytes[at]! <= 0x20) at += 1;
  return at === to || JSON_BEGINNINGS.has(bytes[at]!);
}

/** Parses UTF-8 JSON; undefined when it is damaged. */
export function parseJson(bytes: Buffer, from = 0, to = bytes.length): unknown {
  if (!canBeJson(bytes, from, to)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8', from, to));
  } catch {
    return undefined;
  }
}

function firstInk(chunk: Uint8Array): number {
  const BOM = [0xef, 0xbb, 0xbf];
  let index = BOM.every((byte, at) => chunk[at] === byte) ? BOM.length : 0;
  while (index < chunk.length && chunk[index]! <= 0x20) index++;
  return index;
}
