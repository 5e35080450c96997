import { closeSync, openSync, writeSync } from 'node:fs';

/** A metadata value with its GGUF type. */
export type MetadataValue =
  | { readonly type: 'uint32' | 'int32' | 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'float32s' | 'int32s'; readonly value: readonly number[] };

/** A tensor of 32-bit floats; the first dimension is the one whose elements lie side by side. */
export interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Bytes of the content, written one part after another. */
  readonly content: Iterable<Uint8Array>;
}

const ALIGNMENT = 32;
const TYPE_IDS = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8 } as const;
const ARRAY = 9;
const F32 = 0;

/**
 * Writes a GGUF file, version 3
 * (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), all tensors as 32-bit floats.
 */
export function writeGguf(
  path: string,
  metadata: ReadonlyMap<string, MetadataValue>,
  tensors: readonly Tensor[],
): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, padded(header(metadata, tensors)));
    for (const { content } of tensors) {
      let bytes = 0;
      for (const part of content) bytes += writeSync(file, part);
      writeSync(file, Buffer.alloc(gap(bytes)));
    }
  } finally {
    closeSync(file);
  }
}

function header(metadata: ReadonlyMap<string, MetadataValue>, tensors: readonly Tensor[]): Buffer {
  let offset = 0;
  const infos = tensors.map(({ name, dimensions }) => {
    const info = Buffer.concat([
      text(name),
      uint32(dimensions.length),
      ...dimensions.map(uint64),
      uint32(F32),
      uint64(offset),
    ]);
    const bytes = 4 * dimensions.reduce((product, size) => product * size, 1);
    offset += bytes + gap(bytes);
    return info;
  });
  const pairs = [...metadata].map(([key, value]) => Buffer.concat([text(key), encode(value)]));
  return Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(metadata.size),
    ...pairs,
    ...infos,
  ]);
}

function encode(entry: MetadataValue): Buffer {
  switch (entry.type) {
    case 'strings':
      return array(TYPE_IDS.string, entry.value.map(text));
    case 'float32s':
      return array(TYPE_IDS.float32, entry.value.map(float32));
    case 'int32s':
      return array(TYPE_IDS.int32, entry.value.map(uint32));
    case 'string':
      return Buffer.concat([uint32(TYPE_IDS.string), text(entry.value)]);
    case 'bool':
      return Buffer.concat([uint32(TYPE_IDS.bool), Buffer.from([entry.value ? 1 : 0])]);
    case 'float32':
      return Buffer.concat([uint32(TYPE_IDS.float32), float32(entry.value)]);
    default:
      return Buffer.concat([uint32(TYPE_IDS[entry.type]), uint32(entry.value)]);
  }
}

function array(typeId: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(ARRAY), uint32(typeId), uint64(items.length), ...items]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function gap(bytes: number): number {
  return (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(gap(bytes.length))]);
}
