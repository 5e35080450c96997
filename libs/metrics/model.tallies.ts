import { Distribution, DistributionFamily } from './distribution.family.js';
import { FinishedRequest } from './finished-request.interface.js';
import { Tally, TallyFamily } from './tally.family.js';

/** The families about requests for models. */
export interface RequestFamilies {
  readonly total: TallyFamily;
  readonly inFlight: TallyFamily;
  readonly duration: DistributionFamily;
  readonly upstream: DistributionFamily;
  readonly firstToken: DistributionFamily;
  readonly upstreamFirstToken: DistributionFamily;
  readonly requestBytes: TallyFamily;
  readonly responseBytes: TallyFamily;
}

/** The series of one model, each made when it has something to tell. */
export class ModelTallies {
  private readonly operations: OperationTallies[] = [];
  private requestBytes: Tally | null = null;
  private responseBytes: Tally | null = null;

  constructor(
    private readonly model: string,
    private readonly families: RequestFamilies,
  ) {}

  /** A request has begun. */
  began(operation: string): void {
    this.operationOf(operation).inFlight(1);
  }

  /** A request is over. */
  ended(operation: string): void {
    this.operationOf(operation).inFlight(-1);
  }

  /** Counts a finished request. */
  observe(request: FinishedRequest): void {
    const { model, families } = this;
    this.operationOf(request.operation).observe(request);
    this.requestBytes ??= families.requestBytes.series({ model });
    this.requestBytes.value += request.requestBytes;
    this.responseBytes ??= families.responseBytes.series({ model });
    this.responseBytes.value += request.responseBytes;
  }

  /** There are a handful of operations, so that comparing beats hashing. */
  private operationOf(operation: string): OperationTallies {
    for (const known of this.operations) if (known.operation === operation) return known;
    const added = new OperationTallies(this.model, operation, this.families);
    this.operations.push(added);
    return added;
  }
}

/** What has ended in the same way. */
interface EndTally {
  readonly code: number;
  readonly outcome: string;
  readonly tally: Tally;
}

class OperationTallies {
  private readonly ends: EndTally[] = [];
  private running: Tally | null = null;
  private plain: Distribution | null = null;
  private streamed: Distribution | null = null;
  private upstream: Distribution | null = null;
  private firstToken: Distribution | null = null;
  private upstreamFirstToken: Distribution | null = null;

  constructor(
    private readonly model: string,
    readonly operation: string,
    private readonly families: RequestFamilies,
  ) {}

  inFlight(change: number): void {
    this.running ??= this.families.inFlight.series(this.labels);
    this.running.value += change;
  }

  observe(request: FinishedRequest): void {
    const { families } = this;
    this.endOf(request.code, request.outcome).value += 1;
    this.durationOf(request.isStream).observe(request.durationMs / 1000);
    const { upstreamMs, firstTokenMs, upstreamFirstTokenMs } = request;
    if (upstreamMs !== null) {
      this.upstream ??= families.upstream.series(this.labels);
      this.upstream.observe(upstreamMs / 1000);
    }
    if (firstTokenMs !== null) {
      this.firstToken ??= families.firstToken.series(this.labels);
      this.firstToken.observe(firstTokenMs / 1000);
    }
    if (upstreamFirstTokenMs !== null) {
      this.upstreamFirstToken ??= families.upstreamFirstToken.series(this.labels);
      this.upstreamFirstToken.observe(upstreamFirstTokenMs / 1000);
    }
  }

  private get labels(): { readonly model: string; readonly operation: string } {
    return { model: this.model, operation: this.operation };
  }

  private endOf(code: number, outcome: string): Tally {
    for (const end of this.ends) {
      if (end.code === code && end.outcome === outcome) return end.tally;
    }
    const labels = { ...this.labels, code: String(code), outcome };
    const tally = this.families.total.series(labels);
    this.ends.push({ code, outcome, tally });
    return tally;
  }

  private durationOf(isStream: boolean): Distribution {
    const { duration } = this.families;
    if (isStream) return (this.streamed ??= duration.series({ ...this.labels, stream: 'true' }));
    return (this.plain ??= duration.series({ ...this.labels, stream: 'false' }));
  }
}
