import { AnswerFigures } from './answer-figures.js';
import { isEventStream, isJsonDocument } from './content-type.js';
import { DocumentCollector } from './document.collector.js';
import { EventStreamListener, EventStreamParser } from './event-stream.parser.js';
import { amountOf, memberAt } from './json.js';
import { LegacyOutcome, LegacyTokenCounter, MINIMAL_TOKENS } from './legacy-tokens.js';
import { cutText, errorTextOf, errorTypeOf } from './response-error.js';
import { ResponseFacts } from './response-facts.interface.js';
import { hasContent, isFinalEvent, isOnlyContent, isPlainChoice } from './stream-event.js';
import { perSecond } from './timings.js';
import { NO_FIGURES, TokenFigures, tokenFigures } from './token-figures.js';

/** What is known about an answer before its body. */
export interface ResponseHead {
  /** Path of the request as it was forwarded. */
  readonly path: string;
  readonly status: number;
  /** Header of the answer; empty when there is none. */
  readonly contentType: string;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Everything that was read out of one answer: in our terms and in those of the compatible API. */
export interface ResponseSummary {
  readonly facts: ResponseFacts;
  readonly legacy: LegacyOutcome;
}

/** Streams share one, which stays empty. */
const NO_DOCUMENT = new DocumentCollector();

const CUT_STREAM = 'stream ended without a final event';

/**
 * Reads the tokens, times and errors out of an answer while it passes, in whatever pieces it comes.
 * Memory is bounded; a damaged answer yields what could be read of it. The bytes must already be
 * free of content codings.
 */
export class ResponseReader implements EventStreamListener {
  private readonly isStream: boolean;
  private readonly isSuccess: boolean;
  private readonly document: DocumentCollector;
  private readonly stream: EventStreamParser | null;
  private readonly figures = new AnswerFigures();
  private readonly legacy = new LegacyTokenCounter();
  private chunks = 0;
  private firstContentMs: number | null = null;
  private lastContentMs: number | null = null;
  private isFinal = false;

  constructor(private readonly head: ResponseHead) {
    this.isSuccess = head.status >= 200 && head.status < 300;
    this.isStream = this.isSuccess && isEventStream(head.contentType);
    this.stream = this.isStream ? new EventStreamParser(this) : null;
    this.document = this.isStream ? NO_DOCUMENT : new DocumentCollector();
  }

  /** Chunks with output so far: the live token count of a running stream. */
  get contentChunks(): number {
    return this.chunks;
  }

  /** Takes the next piece of the body; what is kept of it is copied. */
  push(chunk: Uint8Array): void {
    if (this.stream) this.stream.push(chunk);
    else this.document.push(chunk);
  }

  /** The answer has ended; `isWhole` tells whether the connection brought all of it. */
  finish(isWhole: boolean): ResponseSummary {
    this.stream?.finish();
    const body = this.isStream ? undefined : this.document.finish();
    if (!this.isSuccess) return this.failed(body);
    if (body !== undefined) {
      this.figures.seeBody(body);
      this.legacy.seeBody(body, this.head.path);
    }
    const error = this.figures.failure?.message ?? this.shapeError(isWhole, body);
    const figures = tokenFigures(this.figures);
    const derived = this.derivedSpeed(figures);
    const facts: ResponseFacts = {
      ...figures,
      tokensPerSecond: figures.tokensPerSecond ?? derived,
      tokensPerSecondDerived: derived !== null,
      contentChunks: this.chunks,
      firstContentMs: this.firstContentMs,
      lastContentMs: this.lastContentMs,
      finishReason: this.figures.finishReason,
      choices: this.figures.choices,
      complete: isWhole && error === null,
      error: error === null ? null : cutText(error),
      errorType: this.figures.failure?.type ?? null,
    };
    return { facts, legacy: this.legacyOutcome(body) };
  }

  /** One event of a stream, for {@link EventStreamParser}. */
  data(event: unknown, isFailure: boolean): boolean {
    if (!isFailure && isPlainChoice(event)) {
      if (!hasContent(event)) return false;
      this.again();
      return true;
    }
    this.figures.see(event, isFailure);
    this.legacy.see(event);
    const isFinal = isFinalEvent(event);
    if (isFinal) this.isFinal = true;
    if (!hasContent(event)) return false;
    this.again();
    return !isFinal && isOnlyContent(event);
  }

  /** An event with nothing but output, for {@link EventStreamParser}. */
  again(): void {
    const nowMs = this.head.nowMs();
    this.chunks++;
    this.firstContentMs ??= nowMs;
    this.lastContentMs = nowMs;
  }

  /** The stream says that it is complete, for {@link EventStreamParser}. */
  done(): void {
    this.isFinal = true;
  }

  /** What is wrong with the form of an answer that does not itself report a failure. */
  private shapeError(isWhole: boolean, body: unknown): string | null {
    if (this.isStream) return this.isFinal ? null : CUT_STREAM;
    if (!isWhole) return 'response broke off';
    if (body !== undefined || this.document.isForeign || this.document.isEmpty) return null;
    return isJsonDocument(this.head.contentType) ? 'response is not valid JSON' : null;
  }

  /** What the engine does not say and can be told from the times; null otherwise. */
  private derivedSpeed({
    outputTokens,
    tokensPerSecond,
    generationMs,
  }: TokenFigures): number | null {
    if (tokensPerSecond !== null || outputTokens === null || outputTokens < 2) return null;
    const seenMs = (this.lastContentMs ?? 0) - (this.firstContentMs ?? 0);
    return perSecond(outputTokens - 1, generationMs ?? seenMs);
  }

  private failed(body: unknown): ResponseSummary {
    const { status } = this.head;
    const error = errorTextOf(body, status);
    const facts: ResponseFacts = {
      ...NO_FIGURES,
      contentChunks: this.chunks,
      firstContentMs: this.firstContentMs,
      lastContentMs: this.lastContentMs,
      finishReason: this.figures.finishReason,
      choices: this.figures.choices,
      tokensPerSecondDerived: false,
      inputTokensTotal: amountOf(memberAt(body, 'error', 'n_prompt_tokens')),
      source: 'error',
      complete: true,
      error,
      errorType: errorTypeOf(body, status),
    };
    return { facts, legacy: minimal(error) };
  }

  /** The compatible log takes every status but 200 for a failure. */
  private legacyOutcome(body: unknown): LegacyOutcome {
    if (this.head.status === 200) return { ...this.legacy.finish(), errorMessage: '' };
    return minimal(errorTextOf(body, this.head.status));
  }
}

function minimal(errorMessage: string): LegacyOutcome {
  return { tokens: MINIMAL_TOKENS, minimal: true, errorMessage, engineMs: 0 };
}
