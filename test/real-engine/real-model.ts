import {
  getLlama,
  type LlamaContextSequence,
  type LlamaModel,
  LlamaLogLevel,
} from 'node-llama-cpp';

/** What to generate. */
export interface GenerateOptions {
  readonly prompt: string;
  readonly maxTokens: number;
  /** Ends the generation early. */
  readonly signal: AbortSignal;
  readonly onPiece: (piece: string) => void;
}

/** What a generation came to. */
export interface Generation {
  readonly promptTokens: number;
  readonly finishReason: 'stop' | 'length';
  readonly timings: { readonly predicted_n: number; readonly predicted_ms: number };
}

/** One loaded model that works on one request after the other. */
export class RealModel {
  private readonly model: LlamaModel;
  private readonly sequence: LlamaContextSequence;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(model: LlamaModel, sequence: LlamaContextSequence) {
    this.model = model;
    this.sequence = sequence;
  }

  /** Generates the likeliest tokens, so that equal prompts give equal answers. */
  generate(options: GenerateOptions): Promise<Generation> {
    const mine = this.turn.then(() => this.run(options));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async run(options: GenerateOptions): Promise<Generation> {
    await this.sequence.clearHistory();
    const tokens = this.model.tokenize(options.prompt);
    const startedMs = performance.now();
    let count = 0;
    let finishReason: Generation['finishReason'] = 'stop';
    const said: typeof tokens = [];
    for await (const token of this.sequence.evaluate(tokens, { temperature: 0 })) {
      if (options.signal.aborted || this.model.isEogToken(token)) break;
      options.onPiece(this.model.detokenize([token], false, said));
      said.push(token);
      count += 1;
      if (count === options.maxTokens) {
        finishReason = 'length';
        break;
      }
    }
    const timings = { predicted_n: count, predicted_ms: performance.now() - startedMs };
    return { promptTokens: tokens.length, finishReason, timings };
  }
}

/**
 * Loads a GGUF file with the llama.cpp that comes inside the npm package: nothing is downloaded
 * or compiled.
 * @throws Error when the file is no model or the platform has no prebuilt engine
 */
export async function loadRealModel(path: string): Promise<RealModel> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.warn,
  });
  // Not mapped: mapped weights are page cache, which outlives the process that read them.
  const model = await llama.loadModel({ modelPath: path, useMmap: false });
  // One thread: the engine's threads wait by spinning, which a small machine feels.
  const context = await model.createContext({ contextSize: 512, sequences: 1, threads: 1 });
  return new RealModel(model, context.getSequence());
}
