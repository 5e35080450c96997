import { KeepTree } from './keep-tree.js';

type Keep = KeepTree | true | null;

interface Frame {
  readonly close: number;
  readonly keep: KeepTree;
  /** Members or elements written so far. */
  written: number;
  /** What happens to the value that comes next. */
  next: Keep;
  awaitsKey: boolean;
}

const enum Mode {
  Structure,
  String,
  Scalar,
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;

/** Longest object key that is compared; longer ones match nothing. */
const MAX_KEY_BYTES = 256;

/**
 * Reads one JSON document of any size piece by piece and keeps only what a {@link KeepTree} names.
 * Memory is bounded by `maxKeptBytes`, whatever the size of the document. What is skipped is checked
 * for balance only, what is kept is checked in full.
 */
export class JsonPruner {
  private readonly stack: Frame[] = [];
  private readonly kept: Buffer[] = [];
  private keptBytes = 0;
  private mode = Mode.Structure;
  private escaped = false;
  private isKey = false;
  private key: number[] = [];
  /** Depth inside a value that is copied or skipped as a whole; 0 outside. */
  private rawDepth = 0;
  private copying = false;
  private done = false;
  private broken = false;

  constructor(
    private readonly tree: KeepTree,
    private readonly maxKeptBytes = 64 * 1024,
  ) {}

  /** Reads the next piece; pieces may end anywhere, even inside a character. */
  push(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length && !this.broken;) {
      if (this.mode === Mode.String) index = this.readString(bytes, index);
      else if (this.mode === Mode.Scalar) index = this.readScalar(bytes, index);
      else this.readStructure(bytes[index]!, bytes, index++);
    }
  }

  /** The pruned value, or undefined when the document is damaged, incomplete or too much is kept. */
  finish(): unknown {
    if (this.mode === Mode.Scalar) this.endValue();
    if (this.broken || !this.done) return undefined;
    try {
      return JSON.parse(Buffer.concat(this.kept).toString('utf8'));
    } catch {
      return undefined;
    }
  }

  private readString(bytes: Uint8Array, from: number): number {
    let index = from;
    for (; index < bytes.length; index++) {
      const byte = bytes[index]!;
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) break;
    }
    const ended = index < bytes.length;
    const end = ended ? index + 1 : index;
    if (this.isKey) this.collectKey(bytes, from, index);
    else if (this.copying) this.keep(bytes.subarray(from, end));
    if (ended) {
      this.mode = Mode.Structure;
      if (this.isKey) this.endKey();
      else if (this.rawDepth === 0) this.endValue();
    }
    return end;
  }

  private readScalar(bytes: Uint8Array, from: number): number {
    let index = from;
    while (index < bytes.length && !isScalarEnd(bytes[index]!)) index++;
    if (this.copying) this.keep(bytes.subarray(from, index));
    if (index < bytes.length) {
      this.mode = Mode.Structure;
      if (this.rawDepth === 0) this.endValue();
    }
    return index;
  }

  private readStructure(byte: number, bytes: Uint8Array, index: number): void {
    if (isBlank(byte)) return;
    if (this.done) this.broken = true;
    else if (this.rawDepth > 0) this.readRaw(byte, bytes, index);
    else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) this.close(byte);
    else if (byte === COMMA) this.comma();
    else if (byte === COLON) return;
    else if (this.top?.awaitsKey) this.beginKey(byte);
    else this.beginValue(byte, bytes, index);
  }

  /** Inside a value that is copied or skipped as a whole only the depth matters. */
  private readRaw(byte: number, bytes: Uint8Array, index: number): void {
    if (this.copying) this.keep(bytes.subarray(index, index + 1));
    if (byte === QUOTE) this.mode = Mode.String;
    else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) this.rawDepth++;
    else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) {
      if (--this.rawDepth === 0) this.endValue();
    }
  }

  private beginKey(byte: number): void {
    if (byte !== QUOTE) {
      this.broken = true;
      return;
    }
    this.mode = Mode.String;
    this.isKey = true;
    this.key = [];
  }

  private collectKey(bytes: Uint8Array, from: number, to: number): void {
    if (this.key.length + to - from > MAX_KEY_BYTES) this.key = [0];
    else for (let index = from; index < to; index++) this.key.push(bytes[index]!);
  }

  private endKey(): void {
    const frame = this.top!;
    const raw = Buffer.from(this.key).toString('utf8');
    const name = raw.includes('\\') ? unescaped(raw) : raw;
    this.isKey = false;
    frame.awaitsKey = false;
    frame.next = keepOf(frame.keep, name);
    if (frame.next === null) return;
    this.separate(frame);
    this.keep(Buffer.from(`"${raw}":`));
  }

  private beginValue(byte: number, bytes: Uint8Array, index: number): void {
    const frame = this.top;
    const keep = frame ? frame.next : this.tree;
    if (keep !== null && frame?.close === BRACKET_CLOSE) this.separate(frame);
    const isContainer = byte === BRACE_OPEN || byte === BRACKET_OPEN;
    this.copying = keep !== null && (keep === true || !isContainer);
    if (this.copying || (keep !== null && isContainer)) this.keep(bytes.subarray(index, index + 1));
    if (!isContainer) this.mode = byte === QUOTE ? Mode.String : Mode.Scalar;
    else if (keep === null || keep === true) this.rawDepth = 1;
    else this.open(byte, keep);
  }

  private open(byte: number, keep: KeepTree): void {
    const isObject = byte === BRACE_OPEN;
    this.stack.push({
      close: isObject ? BRACE_CLOSE : BRACKET_CLOSE,
      keep,
      written: 0,
      next: isObject ? null : (keep['*'] ?? null),
      awaitsKey: isObject,
    });
  }

  private close(byte: number): void {
    const frame = this.stack.pop();
    if (frame?.close !== byte) {
      this.broken = true;
      return;
    }
    this.keep(Buffer.from([byte]));
    this.endValue();
  }

  private comma(): void {
    const frame = this.top;
    if (!frame) this.broken = true;
    else if (frame.close === BRACE_CLOSE) frame.awaitsKey = true;
  }

  private endValue(): void {
    this.copying = false;
    if (this.stack.length === 0) this.done = true;
  }

  private separate(frame: Frame): void {
    if (frame.written++ > 0) this.keep(Buffer.from(','));
  }

  private keep(bytes: Uint8Array): void {
    this.keptBytes += bytes.length;
    if (this.keptBytes > this.maxKeptBytes) this.broken = true;
    else this.kept.push(Buffer.from(bytes));
  }

  private get top(): Frame | undefined {
    return this.stack.at(-1);
  }
}

function keepOf(tree: KeepTree, name: string): Keep {
  return (Object.hasOwn(tree, name) ? tree[name] : tree['*']) ?? null;
}

function unescaped(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isScalarEnd(byte: number): boolean {
  return byte === COMMA || byte === BRACE_CLOSE || byte === BRACKET_CLOSE || isBlank(byte);
}
