import {
  BodyBudget,
  BodyCollector,
  Capture,
  capturePartsOf,
  isMedia,
  packHeaders,
} from '#lib/activity';
import { FollowedCall } from '../calls/followed-call.interface.js';

/** How exchanges are captured. */
export interface CaptureRules {
  /** Longest body that is kept whole, bytes. */
  readonly bodyBytes: number;
  /** Shared by the answers that are being captured. */
  readonly budget: BodyBudget;
}

/** Takes one exchange down while it happens. What it takes down is shown elsewhere. */
export class CaptureRecording {
  private status: number | null = null;
  private responseHeaders: readonly string[] = [];
  private body: BodyCollector | null = null;

  constructor(
    private readonly call: FollowedCall,
    private readonly rules: CaptureRules,
  ) {}

  /** The answer begins. */
  onStart(status: number, headers: readonly string[], contentType: string): void {
    this.status = status;
    this.responseHeaders = headers;
    if (!isSuccess(status) || !capturePartsOf(this.call.upstreamPath).response) return;
    if (!isMedia(contentType))
      this.body = new BodyCollector(this.rules.bodyBytes, this.rules.budget);
  }

  /** Takes a piece of the answer, free of content codings. */
  add(bytes: Uint8Array): void {
    this.body?.add(bytes);
  }

  /**
   * What was taken down, or null when it is not worth keeping; valid until the next turn. To be
   * called once.
   *
   * @param isDecoded whether a content coding was undone
   * @param problem why it could not be undone to the end; null otherwise
   */
  finish(isDecoded: boolean, problem: string | null): Capture | null {
    const { body } = this;
    const content = body?.content() ?? null;
    body?.release();
    if (content ? problem !== null || content.length === 0 : this.isEmptySuccess) return null;
    const { call, rules } = this;
    const sent = capturePartsOf(call.upstreamPath).request ? call.body : null;
    return {
      path: call.receivedPath,
      requestHeaders: packHeaders(call.request.rawHeaders),
      requestBody:
        sent && (sent.length > rules.bodyBytes ? sent.subarray(0, rules.bodyBytes) : sent),
      responseHeaders: packHeaders(this.status === null ? this.ownHeaders() : this.responseHeaders),
      responseBody: content,
      isDecoded,
      isRequestCut: sent !== null && sent.length > rules.bodyBytes,
      isResponseCut: body?.isCut ?? false,
    };
  }

  private get isEmptySuccess(): boolean {
    return this.status !== null && isSuccess(this.status) && this.call.forwardedBytes === 0;
  }

  /** The headers of Drover's own answer, when there is none of the upstream. */
  private ownHeaders(): readonly string[] {
    const own = Object.entries(this.call.response.getHeaders());
    return own.flatMap(([name, value]) => [name, String(value)]);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
