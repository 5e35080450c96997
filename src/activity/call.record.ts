import {
  ActivityEntry,
  AnswerEnd,
  ContentDecoder,
  LegacyOutcome,
  MINIMAL_TOKENS,
  NO_UPSTREAM,
  RequestOutcome,
  ResponseFacts,
  ResponseReader,
  RunningAnswer,
} from '#lib/activity';
import { Clock } from '#lib/foundation';
import { ForwardOutcome } from '#lib/proxy';
import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';
import { operationOf } from './operation.js';
import { outcomeOfAnswer, outcomeOfError } from './outcome.js';
import { requestFacts } from './request-facts.js';

/** Where a call is reported to. */
export interface CallReports {
  readonly clock: Clock;
  /** Request headers that label a session. */
  readonly sessionHeaders: readonly string[];
  /** The call is for this model; the result ends it. */
  readonly begin: (model: string, operation: string, answer: RunningAnswer) => EndTraffic;
  /** The call has ended. */
  readonly record: (entry: ActivityEntry) => void;
}

/** Told how an answer ended. */
export type EndTraffic = (end: AnswerEnd) => void;

/** The status recorded for a client that has left (as access logs of web servers do). */
const CLIENT_CLOSED = 499;

/** Follows one call and reports it once when it has ended. */
export class CallRecord implements CallFollower, RunningAnswer {
  private readonly startedMs: number;
  private readonly operation: string;
  private readonly endTraffic: EndTraffic | null;
  private firstByteMs: number | null = null;
  private contentType = '';
  private status = 0;
  private reader: ResponseReader | null = null;
  private decoder: ContentDecoder | null = null;
  private responseBytes = 0;
  private result: ForwardOutcome['result'] = 'upstreamBroken';

  constructor(
    private readonly call: FollowedCall,
    private readonly reports: CallReports,
  ) {
    this.startedMs = reports.clock.nowMs();
    this.operation = operationOf(call.upstreamPath);
    this.endTraffic =
      call.upstream === null ? null : reports.begin(call.model, this.operation, this);
  }

  /** Chunks with output so far. */
  get contentChunks(): number {
    return this.reader?.contentChunks ?? 0;
  }

  onStart(status: number, headers: readonly string[]): void {
    const { clock } = this.reports;
    this.status = status;
    this.firstByteMs = clock.nowMs();
    this.contentType = headerOf(headers, 'content-type');
    const { contentType } = this;
    const path = this.call.upstreamPath;
    const reader = new ResponseReader({ path, status, contentType, nowMs: () => clock.nowMs() });
    this.reader = reader;
    const coding = headerOf(headers, 'content-encoding');
    this.decoder = new ContentDecoder(coding, (bytes) => reader.push(bytes));
  }

  onChunk(chunk: Uint8Array): void {
    this.responseBytes += chunk.length;
    // A decoder keeps its input for a while, and the bytes are the connection's.
    this.decoder?.push(this.decoder.isPlain ? chunk : Buffer.from(chunk));
  }

  onEnd({ result }: ForwardOutcome): void {
    this.result = result;
  }

  onClosed(): void {
    if (this.reader && this.decoder) void this.closeAnswer(this.reader, this.decoder);
    else this.closeWithoutAnswer();
  }

  private async closeAnswer(reader: ResponseReader, decoder: ContentDecoder): Promise<void> {
    const endedMs = this.reports.clock.nowMs();
    const problem = decoder.isPlain ? null : (await decoder.finish()).error;
    const { facts, legacy } = reader.finish(this.result === 'completed');
    const outcome =
      this.result === 'clientGone' || this.call.isCancelled
        ? 'cancelled'
        : outcomeOfAnswer(this.status, problem ?? facts.error);
    this.report({ endedMs, outcome, facts, legacy: withProblem(legacy, this.status, problem) });
  }

  private closeWithoutAnswer(): void {
    const { failure } = this.call;
    this.status = failure?.entry.status ?? CLIENT_CLOSED;
    const errorMessage = failure?.message ?? 'the client has left';
    const outcome = failure ? outcomeOfError(failure) : 'cancelled';
    const legacy = { tokens: MINIMAL_TOKENS, minimal: true, errorMessage, engineMs: 0 };
    this.report({ endedMs: this.reports.clock.nowMs(), outcome, facts: null, legacy });
  }

  private report(end: CallEnd): void {
    const { facts, legacy } = end;
    const { clock, record } = this.reports;
    this.endTraffic?.({
      contentChunks: this.contentChunks,
      generationMs: facts?.generationMs ?? null,
      promptMs: facts?.promptMs ?? null,
      atMs: clock.wallMs(),
    });
    record({
      endedMs: clock.wallMs(),
      model: this.call.model,
      path: this.call.upstreamPath,
      contentType: this.contentType,
      status: this.status,
      durationMs: Math.max(Math.trunc(end.endedMs - this.startedMs), legacy.engineMs),
      tokens: legacy.tokens,
      errorMessage: legacy.errorMessage,
      metadata: this.call.metadata,
      detail: this.detail(end),
    });
  }

  private detail({ endedMs, outcome, facts }: CallEnd): ActivityEntry['detail'] {
    const { call, reports } = this;
    const { arrivedAtMs, grantedAtMs } = call;
    const since = (momentMs: number | null): number | null =>
      momentMs === null ? null : momentMs - arrivedAtMs;
    return {
      ...requestFacts(call.request, reports.sessionHeaders),
      keyName: null,
      requestedModel: call.requestedModel,
      upstream: call.upstream ?? NO_UPSTREAM,
      operation: this.operation,
      isStream: this.contentType.includes('text/event-stream'),
      outcome,
      startedMs: reports.clock.wallMs() - (reports.clock.nowMs() - arrivedAtMs),
      queueMs: since(grantedAtMs),
      firstByteMs: since(this.firstByteMs),
      ttftMs: since(facts?.firstContentMs ?? null),
      upstreamMs: grantedAtMs === null ? null : endedMs - grantedAtMs,
      requestBytes: call.requestBytes,
      responseBytes: this.responseBytes,
      facts,
    };
  }
}

interface CallEnd {
  readonly endedMs: number;
  readonly outcome: RequestOutcome;
  readonly facts: ResponseFacts | null;
  readonly legacy: LegacyOutcome;
}

/** A coding that cannot be undone leaves the compatible row without figures. */
function withProblem(legacy: LegacyOutcome, status: number, problem: string | null): LegacyOutcome {
  if (problem === null) return legacy;
  const what = status === 200 ? 'decompression' : 'decode';
  const errorMessage = `response ${what} failed: ${problem}`;
  return { tokens: MINIMAL_TOKENS, minimal: true, errorMessage, engineMs: 0 };
}

/** Value of a header in a list of names and values; empty when it is not there. */
function headerOf(headers: readonly string[], wanted: string): string {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]!.toLowerCase() === wanted) return headers[at + 1]!;
  }
  return '';
}
