import {
  ActivityEntry,
  AnswerEnd,
  Capture,
  ContentDecoder,
  LegacyOutcome,
  MINIMAL_TOKENS,
  NO_UPSTREAM,
  RequestOutcome,
  ResponseFacts,
  ResponseReader,
  RunningAnswer,
  isEventStream,
} from '#lib/activity';
import { ForwardOutcome } from '#lib/proxy';
import { FinishedCall } from '../calls/finished.calls.js';
import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';
import { CaptureRecording } from '../captures/capture.recording.js';
import { addressOf } from '../http/access-log.js';
import { operationOf } from './operation.js';
import { outcomeOfAnswer, outcomeOfError } from './outcome.js';
import { requestIdOf, sessionOf } from './request-facts.js';

/** Where calls are reported to. */
export interface CallReports {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  /** Request headers that label a session, in lower case. */
  readonly sessionHeaders: readonly string[];
  /** The call is for a model that somebody serves. */
  begin(record: CallRecord): void;
  /** A call that had begun has ended. */
  end(record: CallRecord, end: AnswerEnd): void;
  /** The call has ended and can be settled. */
  finished(record: CallRecord): void;
  /** What is to be recorded, once, with what was captured. */
  record(record: CallRecord, entry: ActivityEntry, capture: Capture | null): void;
}

/** The status recorded for a client that has left (as access logs of web servers do). */
const CLIENT_CLOSED = 499;

/**
 * Follows one call. Of what it has seen, the record is made when the call is settled, after its end
 * and together with others.
 */
export class CallRecord implements CallFollower, RunningAnswer, FinishedCall {
  slot = -1;
  readonly operation: string;
  private readonly startedMs: number;
  private readonly address: string;
  private readonly isServed: boolean;
  private firstByteMs: number | null = null;
  private endedMs = 0;
  private endedWallMs = 0;
  private contentType = '';
  private status = 0;
  private reader: ResponseReader | null = null;
  private decoder: ContentDecoder | null = null;
  private responseBytes = 0;
  private problem: string | null = null;
  private result: ForwardOutcome['result'] = 'upstreamBroken';

  /**
   * @param requestId decimal number, unique within the life of the program
   * @param capture takes the exchange down; null when that is not wanted
   */
  // oxlint-disable-next-line max-params -- made once, for every request
  constructor(
    readonly call: FollowedCall,
    readonly requestId: string,
    private readonly reports: CallReports,
    private readonly capture: CaptureRecording | null = null,
  ) {
    this.startedMs = reports.nowMs();
    this.operation = operationOf(call.upstreamPath);
    // A socket forgets its address when it closes.
    this.address = addressOf(call.request);
    this.isServed = call.upstream !== null;
    if (this.isServed) reports.begin(this);
  }

  /** Chunks with output so far. */
  get contentChunks(): number {
    return this.reader?.contentChunks ?? 0;
  }

  onStart(status: number, headers: readonly string[]): void {
    const { nowMs } = this.reports;
    this.status = status;
    this.firstByteMs = nowMs();
    this.contentType = headerOf(headers, 'content-type');
    const { upstreamPath: path } = this.call;
    this.reader = new ResponseReader({ path, status, contentType: this.contentType, nowMs });
    this.capture?.onStart(status, headers, this.contentType);
    const coding = headerOf(headers, 'content-encoding');
    if (ContentDecoder.knows(coding)) {
      this.decoder = new ContentDecoder(coding, (bytes) => this.see(bytes));
    }
  }

  onChunk(chunk: Uint8Array): void {
    this.responseBytes += chunk.length;
    // A decoder keeps its input for a while, and the bytes are the connection's.
    if (this.decoder) this.decoder.push(Buffer.from(chunk));
    else this.see(chunk);
  }

  onEnd({ result }: ForwardOutcome): void {
    this.result = result;
  }

  onClosed(): void {
    this.endedMs = this.reports.nowMs();
    this.endedWallMs = this.reports.wallMs();
    if (this.decoder) void this.finishDecoding(this.decoder);
    else this.reports.finished(this);
  }

  settle(): void {
    if (this.reader) this.settleAnswer(this.reader);
    else this.settleWithoutAnswer();
  }

  private see(bytes: Uint8Array): void {
    this.reader!.push(bytes);
    this.capture?.add(bytes);
  }

  private async finishDecoding(decoder: ContentDecoder): Promise<void> {
    this.problem = (await decoder.finish()).error;
    this.reports.finished(this);
  }

  private settleAnswer(reader: ResponseReader): void {
    const { problem, status } = this;
    const { facts, legacy } = reader.finish(this.result === 'completed');
    const outcome =
      this.result === 'clientGone' || this.call.isCancelled
        ? 'cancelled'
        : outcomeOfAnswer(status, problem ?? facts.error);
    this.report({ outcome, facts, legacy: withProblem(legacy, status, problem) });
  }

  private settleWithoutAnswer(): void {
    const { failure, response } = this.call;
    this.status = failure?.entry.status ?? CLIENT_CLOSED;
    if (failure) this.contentType = String(response.getHeader('content-type') ?? '');
    const errorMessage = failure?.message ?? 'the client has left';
    const outcome = failure ? outcomeOfError(failure) : 'cancelled';
    const legacy = { tokens: MINIMAL_TOKENS, minimal: true, errorMessage, engineMs: 0 };
    this.report({ outcome, facts: null, legacy });
  }

  private report(end: CallEnd): void {
    const { facts, legacy } = end;
    const { call, reports } = this;
    if (this.isServed) {
      reports.end(this, {
        contentChunks: this.contentChunks,
        generationMs: facts?.generationMs ?? null,
        promptMs: facts?.promptMs ?? null,
        atMs: this.endedWallMs,
      });
    }
    const entry: ActivityEntry = {
      endedMs: this.endedWallMs,
      model: call.model,
      path: call.upstreamPath,
      contentType: this.contentType,
      status: this.status,
      durationMs: Math.max(Math.trunc(this.endedMs - this.startedMs), legacy.engineMs),
      tokens: legacy.tokens,
      errorMessage: legacy.errorMessage,
      metadata: call.metadata,
      detail: this.detail(end),
    };
    reports.record(this, entry, this.capture?.finish(this.decoder !== null, this.problem) ?? null);
  }

  private detail({ outcome, facts }: CallEnd): ActivityEntry['detail'] {
    const { call, reports, endedMs } = this;
    const { arrivedAtMs, grantedAtMs } = call;
    return {
      requestId: requestIdOf(call.request),
      keyName: call.keyName,
      clientAddress: this.address,
      sessionId: sessionOf(call.request, reports.sessionHeaders),
      requestedModel: call.requestedModel,
      upstream: call.upstream ?? NO_UPSTREAM,
      operation: this.operation,
      isStream: isEventStream(this.contentType),
      outcome,
      startedMs: this.endedWallMs - (endedMs - arrivedAtMs),
      queueMs: since(arrivedAtMs, grantedAtMs),
      firstByteMs: since(arrivedAtMs, this.firstByteMs),
      ttftMs: since(arrivedAtMs, facts?.firstContentMs ?? null),
      upstreamMs: grantedAtMs === null ? null : endedMs - grantedAtMs,
      requestBytes: call.requestBytes,
      responseBytes: this.responseBytes,
      facts,
    };
  }
}

interface CallEnd {
  readonly outcome: RequestOutcome;
  readonly facts: ResponseFacts | null;
  readonly legacy: LegacyOutcome;
}

function since(arrivedAtMs: number, momentMs: number | null): number | null {
  return momentMs === null ? null : momentMs - arrivedAtMs;
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
    const name = headers[at]!;
    if (name.length === wanted.length && name.toLowerCase() === wanted) return headers[at + 1]!;
  }
  return '';
}
