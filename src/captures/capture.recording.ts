import {
  BodyBudget,
  BodyCollector,
  Capture,
  capturePartsOf,
  ContentDecoder,
  isMedia,
} from '#lib/activity';
import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';
import { shownHeaders } from '../http/shown-headers.js';

/** How exchanges are captured. */
export interface CaptureRules {
  /** Longest body that is kept whole, bytes. */
  readonly bodyBytes: number;
  /** Shared by the answers that are being captured. */
  readonly budget: BodyBudget;
  /** Names of headers, in lower case, that are blanked besides the usual ones. */
  readonly secretHeaders: ReadonlySet<string>;
}

/** Takes one exchange down while it happens. */
export class CaptureRecording implements CallFollower {
  private status: number | null = null;
  private responseHeaders: readonly string[] = [];
  private decoder: ContentDecoder | null = null;
  private readonly body: BodyCollector;

  /** @param done called once with the capture, or with null when there is nothing to keep */
  constructor(
    private readonly call: FollowedCall,
    private readonly rules: CaptureRules,
    private readonly done: (capture: Capture | null) => void,
  ) {
    this.body = new BodyCollector(rules.bodyBytes, rules.budget);
  }

  onStart(status: number, headers: readonly string[]): void {
    this.status = status;
    this.responseHeaders = headers;
    const isKept = capturePartsOf(this.call.upstreamPath).response;
    if (!isKept || !isSuccess(status) || isMedia(valueOf(headers, 'content-type'))) return;
    const coding = valueOf(headers, 'content-encoding');
    this.decoder = new ContentDecoder(coding, (bytes) => this.body.add(bytes));
  }

  onChunk(chunk: Uint8Array): void {
    // A decoder keeps its input for a while, and the bytes are the connection's.
    if (this.decoder?.isPlain) this.decoder.push(chunk);
    else this.decoder?.push(Buffer.from(chunk));
  }

  onClosed(): void {
    const capture = this.capture();
    if (this.decoder === null) {
      this.done(isEmptySuccess(this.status, this.call) ? null : capture(null));
      return;
    }
    if (this.decoder.isPlain) this.finish(null, capture);
    else void this.finishDecoded(this.decoder, capture);
  }

  private async finishDecoded(
    decoder: ContentDecoder,
    capture: (body: Buffer) => Capture,
  ): Promise<void> {
    const { error } = await decoder.finish();
    this.finish(error, capture);
  }

  private finish(error: string | null, capture: (body: Buffer) => Capture): void {
    const content = this.body.content();
    this.body.release();
    this.done(error !== null || content.length === 0 ? null : capture(content));
  }

  /** Everything but the answer's body is taken now: the request's parts are freed later. */
  private capture(): (body: Buffer | null) => Capture {
    const { call, rules } = this;
    const sent = capturePartsOf(call.upstreamPath).request ? call.body : null;
    const isRequestCut = sent !== null && sent.length > rules.bodyBytes;
    // A copy, because a small body may be a part of a connection's much larger piece of memory.
    const requestBody = sent && Buffer.from(sent.subarray(0, rules.bodyBytes));
    const isDecoded = this.decoder !== null && !this.decoder.isPlain;
    const responseHeaders = shownHeaders(this.sentHeaders(), rules.secretHeaders);
    if (isDecoded) delete responseHeaders['Content-Encoding'];
    const requestHeaders = shownHeaders(call.request.rawHeaders, rules.secretHeaders);
    const path = call.receivedPath;
    return (responseBody) => ({
      path,
      requestHeaders,
      requestBody,
      responseHeaders,
      responseBody,
      isRequestCut,
      isResponseCut: this.body.isCut,
    });
  }

  /** The upstream's headers, or those of our own answer when there is none. */
  private sentHeaders(): readonly string[] {
    if (this.status !== null) return this.responseHeaders;
    const own = Object.entries(this.call.response.getHeaders());
    return own.flatMap(([name, value]) => [name, String(value)]);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isEmptySuccess(status: number | null, { forwardedBytes }: FollowedCall): boolean {
  return status !== null && isSuccess(status) && forwardedBytes === 0;
}

function valueOf(headers: readonly string[], name: string): string {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]!.toLowerCase() === name) return headers[at + 1]!;
  }
  return '';
}
