/** What a GGUF header tells about a model; null where it says nothing. */
export interface GgufHeader {
  /** `general.name`. */
  readonly name: string | null;
  /** `general.architecture`, for example `llama`. */
  readonly architecture: string | null;
  /** Context in tokens that the model was trained for. */
  readonly contextLength: number | null;
  readonly parameters: number | null;
  /** Kind of the weights, for example `Q4_K_M`. */
  readonly quantization: string | null;
  readonly purpose: GgufPurpose;
  /** True when the chat template speaks of tools. */
  readonly hasTools: boolean;
}

/** What a file is for. A projector turns images or sound into tokens for another model. */
export type GgufPurpose = 'generate' | 'embed' | 'rerank' | 'project';

/** A file, or the parts of one that was split. */
export interface GgufFile {
  /** The file to load; of a split model the first part. */
  readonly path: string;
  /** File name without `.gguf` and part numbers. */
  readonly stem: string;
  /** Bytes of all parts together. */
  readonly bytes: number;
}

/** A model that can be served. */
export interface GgufModel {
  readonly id: string;
  readonly file: GgufFile;
  readonly header: GgufHeader;
  /** Path of the projector that belongs to it, or null. */
  readonly projector: string | null;
}
