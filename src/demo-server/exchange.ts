import { ServerResponse } from 'node:http';
import { Clock } from '#lib/foundation';
import { ApiError } from './api.error.js';
import { Answer, planAnswer } from './demo-answer.js';
import { DemoEngine } from './demo-engine.js';
import { DemoOptions } from './demo-options.js';
import { Token, tokenize } from './demo-tokenizer.js';
import { EventStream } from './event-stream.js';
import { countOf, JsonObject, textsOf } from './json-body.js';
import { TaskMeasure, Timings, timingsOf } from './timings.js';

/** What all exchanges of a server have in common. */
export interface DemoHouse {
  readonly engine: DemoEngine;
  readonly options: DemoOptions;
  readonly clock: Clock;
  /** Unix seconds of the start. */
  readonly startedSeconds: number;
}

/** What one request brings along. */
export interface ExchangeParts {
  /** Number of the request, part of the ids in its answer. */
  readonly id: number;
  readonly body: JsonObject;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  /** Aborts when the client leaves or the server ends. */
  readonly signal: AbortSignal;
}

/** A finished generation. */
export interface Generated {
  readonly text: string;
  readonly answer: Answer;
  readonly promptTokens: number;
  readonly slotId: number;
  readonly measure: TaskMeasure;
  readonly timings: Timings;
}

/** Called for each piece of an answer with what was measured up to it. */
export type PieceListener = (piece: string, soFar: TaskMeasure) => Promise<void>;

/** One request and its answer, with what the endpoints need to make the one from the other. */
export class Exchange {
  /** Unix seconds of the request. */
  readonly createdSeconds: number;
  readonly stream: EventStream;

  constructor(
    readonly house: DemoHouse,
    private readonly parts: ExchangeParts,
  ) {
    this.createdSeconds = Math.floor(house.clock.wallMs() / 1000);
    this.stream = new EventStream(parts.response, parts.signal);
  }

  get id(): number {
    return this.parts.id;
  }

  get body(): JsonObject {
    return this.parts.body;
  }

  get query(): URLSearchParams {
    return this.parts.query;
  }

  get model(): string {
    return this.house.options.name;
  }

  get wantsStream(): boolean {
    return this.body['stream'] === true;
  }

  /** Answers with JSON. */
  json(value: unknown, status = 200): void {
    this.send(JSON.stringify(value), { status, type: 'application/json; charset=utf-8' });
  }

  /** Answers with a text of the given type. */
  send(text: string, options: { status?: number; type: string; headers?: JsonObject }): void {
    this.parts.response.writeHead(options.status ?? 200, {
      'content-type': options.type,
      ...(options.headers as Record<string, string> | undefined),
    });
    this.parts.response.end(text);
  }

  /**
   * Has the engine answer a prompt with a text, within the limits that the body sets.
   * @throws ApiError when the prompt does not fit into a slot
   */
  async generate(prompt: string, text: string, onPiece?: PieceListener): Promise<Generated> {
    const tokens = tokenize(prompt);
    const room = this.roomAfter(tokens);
    const answer = planAnswer(text, {
      room,
      maxTokens: countOf(
        this.body,
        'max_completion_tokens',
        'max_tokens',
        'max_output_tokens',
        'n_predict',
      ),
      stop: [...textsOf(this.body['stop']), ...textsOf(this.body['stop_sequences'])],
      ignoreEos: this.body['ignore_eos'] === true,
    });
    const { slotId, measure } = await this.house.engine.run({
      prompt: tokens,
      answer,
      stream: this.wantsStream,
      signal: this.parts.signal,
      onPiece,
    });
    const timings = timingsOf(measure);
    const promptTokens = tokens.length;
    return { text: answer.pieces.join(''), answer, promptTokens, slotId, measure, timings };
  }

  /** Has the engine read texts without answering; returns the number of tokens. */
  async read(texts: readonly string[]): Promise<number> {
    const runs = texts.map(async (text) => {
      const prompt = tokenize(text);
      this.roomAfter(prompt);
      const { signal } = this.parts;
      await this.house.engine.run({ prompt, answer: null, stream: false, signal });
      return prompt.length;
    });
    return (await Promise.all(runs)).reduce((sum, count) => sum + count, 0);
  }

  private roomAfter(prompt: readonly Token[]): number {
    const context = this.house.engine.slotContext;
    if (prompt.length < context) return context - prompt.length;
    throw new ApiError(400, {
      type: 'exceed_context_size_error',
      message: `the request of ${prompt.length} tokens exceeds the context of ${context} tokens`,
      n_prompt_tokens: prompt.length,
      n_ctx: context,
    });
  }
}
