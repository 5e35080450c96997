import { RequestRecord } from './timeline-entry.interface.js';

/** What a request's record begins with. */
export interface BegunRequest {
  readonly id: string;
  readonly model: string;
  readonly path: string;
  /** Wall-clock Unix milliseconds. */
  readonly atMs: number;
}

/** How a request ended. */
export interface EndedRequest {
  readonly endedAtMs: number;
  readonly outcome: RequestRecord['outcome'];
}

const OUTCOMES: readonly RequestRecord['outcome'][] = ['running', 'done', 'failed', 'cancelled'];
const FIRST_ROWS = 256;
/** Names of models and paths are few; more than so many different ones are not looked for. */
const MOST_NAMES = 500;

/**
 * The last requests, in columns of numbers. As one object each they would all have to be moved and
 * looked at by the garbage collector, at the rate at which requests come.
 */
export class RequestTable {
  private size = 0;
  private ids = new Float64Array(0);
  /** Beginning, grant and end; NaN where there is none. */
  private times = new Float64Array(0);
  /** 0 where there is none. */
  private statuses = new Uint16Array(0);
  private outcomes = new Uint8Array(0);
  private models: string[] = [];
  private paths: string[] = [];
  private forgottenAtMs: number | null = null;
  private readonly names = new Map<string, string>();

  /** @param most requests that are kept */
  constructor(private readonly most: number) {}

  /** The newest request that was forgotten, or null while everything is there. */
  get lastForgotten(): Pick<RequestRecord, 'atMs'> | null {
    return this.forgottenAtMs === null ? null : { atMs: this.forgottenAtMs };
  }

  /** A request has begun; returns its number, by which more can be told about it. */
  begin({ id, model, path, atMs }: BegunRequest): number {
    const number = this.size;
    if (number === this.ids.length && number < this.most) this.grow();
    const row = number % this.most;
    if (number >= this.most) this.forgottenAtMs = this.times[3 * row]!;
    this.size += 1;
    this.ids[row] = Number(id);
    this.times[3 * row] = atMs;
    this.times[3 * row + 1] = Number.NaN;
    this.times[3 * row + 2] = Number.NaN;
    this.statuses[row] = 0;
    this.outcomes[row] = 0;
    this.models[row] = this.known(model);
    this.paths[row] = this.known(path);
    return number;
  }

  /** The request's model was ready at this time. */
  granted(number: number, atMs: number): void {
    if (this.has(number)) this.times[3 * (number % this.most) + 1] = atMs;
  }

  /** The request's answer has this status. */
  answered(number: number, status: number): void {
    if (this.has(number)) this.statuses[number % this.most] = status;
  }

  /** The request is over. */
  ended(number: number, { endedAtMs, outcome }: EndedRequest): void {
    if (!this.has(number)) return;
    const row = number % this.most;
    this.times[3 * row + 2] = endedAtMs;
    this.outcomes[row] = OUTCOMES.indexOf(outcome);
  }

  /** Takes over what was remembered of a request. */
  add(record: RequestRecord): void {
    const number = this.begin(record);
    if (record.grantedAtMs !== null) this.granted(number, record.grantedAtMs);
    if (record.status !== null) this.answered(number, record.status);
    if (record.endedAtMs === null) return;
    this.ended(number, { endedAtMs: record.endedAtMs, outcome: record.outcome });
  }

  /** What is known of a request; null when it was forgotten. */
  record(number: number): RequestRecord | null {
    if (!this.has(number)) return null;
    const row = number % this.most;
    return {
      id: String(this.ids[row]),
      model: this.models[row]!,
      path: this.paths[row]!,
      atMs: this.times[3 * row]!,
      grantedAtMs: this.timeAt(3 * row + 1),
      endedAtMs: this.timeAt(3 * row + 2),
      status: this.statuses[row] || null,
      outcome: OUTCOMES[this.outcomes[row]!]!,
    };
  }

  /** Oldest first. */
  list(): readonly RequestRecord[] {
    const first = Math.max(0, this.size - this.most);
    return Array.from({ length: this.size - first }, (_, at) => this.record(first + at)!);
  }

  private has(number: number): boolean {
    return number < this.size && number >= this.size - this.most;
  }

  private timeAt(place: number): number | null {
    const atMs = this.times[place]!;
    return Number.isNaN(atMs) ? null : atMs;
  }

  private grow(): void {
    const rows = Math.min(this.most, Math.max(FIRST_ROWS, 2 * this.ids.length));
    const { ids, times, statuses, outcomes } = this;
    this.ids = new Float64Array(rows);
    this.times = new Float64Array(3 * rows);
    this.statuses = new Uint16Array(rows);
    this.outcomes = new Uint8Array(rows);
    this.ids.set(ids);
    this.times.set(times);
    this.statuses.set(statuses);
    this.outcomes.set(outcomes);
  }

  /** The same text as one object, so that there are not as many as requests. */
  private known(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    if (this.names.size < MOST_NAMES) this.names.set(name, name);
    return name;
  }
}
