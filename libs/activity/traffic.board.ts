import { SlotList, Slotted } from '#lib/foundation';

/** What the proxy knows about one model's traffic. */
export interface ModelTraffic {
  /** Requests being forwarded now. */
  readonly inFlight: number;
  /** Output chunks of those requests so far. */
  readonly liveTokens: number;
  /** Output chunks of all requests since the program began; never falls. */
  readonly seenTokens: number;
  /** Times of the last finished request as the engine measured them, milliseconds. */
  readonly generationMs: number | null;
  readonly promptMs: number | null;
  /** Wall-clock end of the last request, Unix milliseconds. */
  readonly lastRequestMs: number | null;
}

const NO_TRAFFIC: ModelTraffic = {
  inFlight: 0,
  liveTokens: 0,
  seenTokens: 0,
  generationMs: null,
  promptMs: null,
  lastRequestMs: null,
};

/** A running request, as the board asks it; the board keeps its place in the list in it. */
export interface RunningAnswer extends Slotted {
  /** Chunks with output so far. */
  readonly contentChunks: number;
}

/** How a request ended. */
export interface AnswerEnd {
  readonly contentChunks: number;
  readonly generationMs: number | null;
  readonly promptMs: number | null;
  readonly atMs: number;
}

interface Entry {
  readonly running: SlotList<RunningAnswer>;
  finishedTokens: number;
  generationMs: number | null;
  promptMs: number | null;
  lastRequestMs: number | null;
}

/** Counts the traffic of each model, for its live figures. */
export class TrafficBoard {
  private readonly models = new Map<string, Entry>();

  /** A request is being forwarded. */
  begin(model: string, answer: RunningAnswer): void {
    this.entryOf(model).running.add(answer);
  }

  /** A request that had begun has ended; once is enough, and further calls do nothing. */
  end(model: string, answer: RunningAnswer, end: AnswerEnd): void {
    const entry = this.entryOf(model);
    if (!entry.running.remove(answer)) return;
    entry.finishedTokens += end.contentChunks;
    entry.generationMs = end.generationMs ?? entry.generationMs;
    entry.promptMs = end.promptMs ?? entry.promptMs;
    entry.lastRequestMs = end.atMs;
  }

  /** The traffic of a model now. */
  of(model: string): ModelTraffic {
    const entry = this.models.get(model);
    if (!entry) return NO_TRAFFIC;
    let liveTokens = 0;
    for (const answer of entry.running) liveTokens += answer.contentChunks;
    const { generationMs, promptMs, lastRequestMs, finishedTokens } = entry;
    const seenTokens = finishedTokens + liveTokens;
    const inFlight = entry.running.size;
    return { inFlight, liveTokens, seenTokens, generationMs, promptMs, lastRequestMs };
  }

  private entryOf(model: string): Entry {
    const known = this.models.get(model);
    if (known) return known;
    const entry: Entry = {
      running: new SlotList(),
      finishedTokens: 0,
      generationMs: null,
      promptMs: null,
      lastRequestMs: null,
    };
    this.models.set(model, entry);
    return entry;
  }
}
