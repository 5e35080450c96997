import { stat } from 'node:fs/promises';
import { gguf, GGMLFileQuantizationType } from '@huggingface/gguf';
import { GgufHeader, GgufPurpose } from './gguf-model.interface.js';

type Metadata = Readonly<Record<string, unknown>>;

/** `pooling_type` of a reranker, in llama.cpp's numbering (include/llama.h). */
const POOLING_RANK = 4;

/**
 * Reads the header of a local GGUF file; the weights are not touched and nothing is fetched.
 * @throws Error when the file is damaged: of the reader, or because it was cut short, as a download
 * that was broken off
 */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const options = { allowLocalFile: true, computeParametersCount: true } as const;
  const { metadata, parameterCount, tensorInfos, tensorDataOffset } = await gguf(path, options);
  const lastTensor = tensorInfos.reduce((last, { offset }) => (offset > last ? offset : last), 0n);
  const leastBytes = tensorInfos.length === 0 ? 0n : tensorDataOffset + lastTensor + 1n;
  const { size } = await stat(path);
  if (size < leastBytes) {
    throw new Error(`it is cut short: ${size} bytes, where its header needs ${leastBytes} or more`);
  }
  if (textOf((metadata as unknown as Metadata)['general.architecture']) === null) {
    throw new Error('it names no architecture');
  }
  return headerFrom(metadata as unknown as Metadata, parameterCount);
}

/** Picks what Drover wants to know out of a file's metadata. */
export function headerFrom(metadata: Metadata, parameters: number): GgufHeader {
  const architecture = textOf(metadata['general.architecture']);
  const template = textOf(metadata['tokenizer.chat_template']);
  return {
    name: textOf(metadata['general.name']),
    architecture,
    contextLength: countOf(metadata[`${architecture}.context_length`]),
    parameters: parameters > 0 ? parameters : null,
    quantization: quantizationOf(metadata['general.file_type']),
    purpose: purposeOf(metadata, architecture),
    hasTools: template !== null && /\btools\b/.test(template),
  };
}

function purposeOf(metadata: Metadata, architecture: string | null): GgufPurpose {
  if (architecture === 'clip' || metadata['general.type'] === 'mmproj') return 'project';
  const pooling = countOf(metadata[`${architecture}.pooling_type`]);
  if (pooling === POOLING_RANK) return 'rerank';
  return pooling !== null && pooling > 0 ? 'embed' : 'generate';
}

function quantizationOf(fileType: unknown): string | null {
  const number = countOf(fileType);
  return number === null ? null : (GGMLFileQuantizationType[number] ?? null);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function countOf(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}
