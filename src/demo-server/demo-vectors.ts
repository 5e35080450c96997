import { hashText, tokenize } from './demo-tokenizer.js';

/**
 * A made-up embedding of unit length: each word pushes some directions, so that texts with words
 * in common point the same way. An empty text gives the first axis.
 */
export function embed(text: string, size: number): number[] {
  const vector = Array.from({ length: size }, () => 0);
  for (const { piece } of tokenize(text.toLowerCase())) addWord(vector, piece.trim());
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Cosine of the angle between two vectors of unit length. */
export function similarity(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

/** Little-endian 32-bit floats in base64, OpenAI's `encoding_format: "base64"`. */
export function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString('base64');
}

function addWord(vector: number[], word: string): void {
  if (word === '') return;
  for (let push = 0; push < 4; push += 1) {
    const hash = hashText(`${push}:${word}`);
    vector[hash % vector.length]! += hash & 0x8000_0000 ? 1 : -1;
  }
}
