import { type MetadataValue, type Tensor, writeGguf } from '../support/gguf-writer.ts';

/** Size of a model of the llama architecture. */
export interface ModelShape {
  readonly name: string;
  readonly layers: number;
  readonly embedding: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly contextLength: number;
  /** Start of the random numbers: equal seeds give equal files. */
  readonly seed: number;
}

const WORDS =
  'sheep dog gate field hill grass wool herd drover lane morning rain stone wall river bridge ' +
  'moves waits follows opens finds leads quick slow green old young over under and then with the';

const CONTROL_TOKENS = ['<unk>', '<s>', '</s>'];
const TOKEN_TYPES = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;
const BLOCK_FLOATS = 1 << 18;

interface Vocabulary {
  readonly tokens: string[];
  readonly scores: number[];
  readonly types: number[];
  /** Where the whole words begin; what stands before is read but never said. */
  readonly firstWord: number;
}

/** Writes a model that loads and generates like any other, and knows nothing. */
export function writeRandomModel(path: string, shape: ModelShape): void {
  const vocabulary = makeVocabulary();
  writeGguf(path, metadataOf(shape, vocabulary), tensorsOf(shape, vocabulary));
}

/**
 * A SentencePiece vocabulary that can encode any text: all bytes, all letters, a few words. The
 * words stand last.
 */
function makeVocabulary(): Vocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => {
    return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
  });
  const letters = Array.from({ length: 95 }, (_, at) => String.fromCharCode(0x20 + at));
  const words = new Set(WORDS.split(' ').map((word) => `▁${word}`));
  // Encoding merges pair by pair, so each word needs all of its beginnings.
  const beginnings = [...words].flatMap((word) =>
    [...word].map((_, end) => word.slice(0, end + 1)),
  );
  const parts = new Set([...letters.map((letter) => letter.replace(' ', '▁')), ...beginnings]);
  for (const word of words) parts.delete(word);
  const normal = [...parts, ...words];
  const special = [...CONTROL_TOKENS, ...bytes];
  return {
    firstWord: special.length + parts.size,
    tokens: [...special, ...normal],
    scores: [...special.map(() => 0), ...normal.map((piece) => piece.length - 10)],
    types: [
      TOKEN_TYPES.unknown,
      TOKEN_TYPES.control,
      TOKEN_TYPES.control,
      ...bytes.map(() => TOKEN_TYPES.byte),
      ...normal.map(() => TOKEN_TYPES.normal),
    ],
  };
}

function metadataOf(shape: ModelShape, vocabulary: Vocabulary): Map<string, MetadataValue> {
  const uint32 = (value: number): MetadataValue => ({ type: 'uint32', value });
  const string = (value: string): MetadataValue => ({ type: 'string', value });
  return new Map<string, MetadataValue>([
    ['general.architecture', string('llama')],
    ['general.name', string(shape.name)],
    ['general.file_type', uint32(0)],
    ['llama.context_length', uint32(shape.contextLength)],
    ['llama.embedding_length', uint32(shape.embedding)],
    ['llama.block_count', uint32(shape.layers)],
    ['llama.feed_forward_length', uint32(shape.feedForward)],
    ['llama.attention.head_count', uint32(shape.heads)],
    ['llama.attention.head_count_kv', uint32(shape.heads)],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
    ['llama.rope.dimension_count', uint32(shape.embedding / shape.heads)],
    ['llama.vocab_size', uint32(vocabulary.tokens.length)],
    ['tokenizer.ggml.model', string('llama')],
    ['tokenizer.ggml.tokens', { type: 'strings', value: vocabulary.tokens }],
    ['tokenizer.ggml.scores', { type: 'float32s', value: vocabulary.scores }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: vocabulary.types }],
    ['tokenizer.ggml.unknown_token_id', uint32(0)],
    ['tokenizer.ggml.bos_token_id', uint32(1)],
    ['tokenizer.ggml.eos_token_id', uint32(2)],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: true }],
    ['tokenizer.ggml.add_space_prefix', { type: 'bool', value: true }],
  ]);
}

function tensorsOf(shape: ModelShape, { tokens, firstWord }: Vocabulary): Tensor[] {
  const { embedding, feedForward, layers } = shape;
  const random = new RandomFloats(shape.seed);
  const matrix = (name: string, dimensions: number[]): Tensor => {
    const count = dimensions.reduce((product, size) => product * size, 1);
    return { name, dimensions, content: random.parts(count, 1 / Math.sqrt(dimensions[0]!)) };
  };
  const norm = (name: string): Tensor => {
    return {
      name,
      dimensions: [embedding],
      content: [bytesOf(new Float32Array(embedding).fill(1))],
    };
  };
  const blocks = Array.from({ length: layers }, (_, at) => [
    norm(`blk.${at}.attn_norm.weight`),
    matrix(`blk.${at}.attn_q.weight`, [embedding, embedding]),
    matrix(`blk.${at}.attn_k.weight`, [embedding, embedding]),
    matrix(`blk.${at}.attn_v.weight`, [embedding, embedding]),
    matrix(`blk.${at}.attn_output.weight`, [embedding, embedding]),
    norm(`blk.${at}.ffn_norm.weight`),
    matrix(`blk.${at}.ffn_gate.weight`, [embedding, feedForward]),
    matrix(`blk.${at}.ffn_up.weight`, [embedding, feedForward]),
    matrix(`blk.${at}.ffn_down.weight`, [feedForward, embedding]),
  ]);
  return [
    matrix('token_embd.weight', [embedding, tokens.length]),
    ...blocks.flat(),
    norm('output_norm.weight'),
    { ...matrix('output.weight', [embedding, tokens.length]), content: outputRows() },
  ];

  // A row of zeros gives its token the weight 0, which some word always exceeds.
  function* outputRows(): Iterable<Uint8Array> {
    yield bytesOf(new Float32Array(firstWord * embedding));
    yield* random.parts((tokens.length - firstWord) * embedding, 1);
  }
}

/** Repeatable random numbers; big tensors repeat one block, which is quick to write. */
class RandomFloats {
  private readonly block: Float32Array;

  constructor(seed: number) {
    let state = seed;
    this.block = Float32Array.from({ length: BLOCK_FLOATS }, () => {
      // mulberry32, a public-domain generator
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
    });
  }

  /** `count` numbers between -scale and scale as bytes. */
  *parts(count: number, scale: number): Iterable<Uint8Array> {
    const scaled = this.block.map((value) => value * scale);
    for (let left = count; left > 0; left -= BLOCK_FLOATS) {
      yield bytesOf(scaled.subarray(0, Math.min(left, BLOCK_FLOATS)));
    }
  }
}

function bytesOf(floats: Float32Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}
