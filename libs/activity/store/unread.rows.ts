import { LegacyTokens } from '../response/legacy-tokens.js';
import { ResponseFacts } from '../response/response-facts.interface.js';
import { ActivityDetail, ActivityEntry, DetailedActivity } from './activity-record.interface.js';
import { FieldColumns, FieldReaders } from './field-columns.js';

type EntryFields = Omit<ActivityEntry, 'tokens' | 'metadata' | 'detail'>;
type DetailFields = Omit<ActivityDetail, 'facts'>;

const ENTRY: FieldReaders<EntryFields> = {
  numbers: {
    endedMs: (of) => of.endedMs,
    status: (of) => of.status,
    durationMs: (of) => of.durationMs,
  },
  flags: {},
  texts: {
    model: (of) => of.model,
    path: (of) => of.path,
    contentType: (of) => of.contentType,
    errorMessage: (of) => of.errorMessage,
  },
};

const TOKENS: FieldReaders<LegacyTokens> = {
  numbers: {
    cache_tokens: (of) => of.cache_tokens,
    draft_tokens: (of) => of.draft_tokens,
    draft_acc_tokens: (of) => of.draft_acc_tokens,
    input_tokens: (of) => of.input_tokens,
    output_tokens: (of) => of.output_tokens,
    prompt_per_second: (of) => of.prompt_per_second,
    tokens_per_second: (of) => of.tokens_per_second,
  },
  flags: {},
  texts: {},
};

const DETAIL: FieldReaders<DetailFields> = {
  numbers: {
    startedMs: (of) => of.startedMs,
    queueMs: (of) => of.queueMs,
    firstByteMs: (of) => of.firstByteMs,
    ttftMs: (of) => of.ttftMs,
    upstreamMs: (of) => of.upstreamMs,
    requestBytes: (of) => of.requestBytes,
    responseBytes: (of) => of.responseBytes,
  },
  flags: {
    isStream: (of) => of.isStream,
  },
  texts: {
    requestId: (of) => of.requestId,
    keyName: (of) => of.keyName,
    clientAddress: (of) => of.clientAddress,
    sessionId: (of) => of.sessionId,
    requestedModel: (of) => of.requestedModel,
    upstream: (of) => of.upstream,
    operation: (of) => of.operation,
    outcome: (of) => of.outcome,
  },
};

const FACTS: FieldReaders<ResponseFacts> = {
  numbers: {
    inputTokensTotal: (of) => of.inputTokensTotal,
    cachedTokens: (of) => of.cachedTokens,
    cacheCreationTokens: (of) => of.cacheCreationTokens,
    inputTokensUncached: (of) => of.inputTokensUncached,
    outputTokens: (of) => of.outputTokens,
    reasoningTokens: (of) => of.reasoningTokens,
    draftTokens: (of) => of.draftTokens,
    draftAcceptedTokens: (of) => of.draftAcceptedTokens,
    promptMs: (of) => of.promptMs,
    generationMs: (of) => of.generationMs,
    promptPerSecond: (of) => of.promptPerSecond,
    tokensPerSecond: (of) => of.tokensPerSecond,
    ttftMs: (of) => of.ttftMs,
    queueMs: (of) => of.queueMs,
    audioSeconds: (of) => of.audioSeconds,
    contentChunks: (of) => of.contentChunks,
    choices: (of) => of.choices,
    firstContentMs: (of) => of.firstContentMs,
    lastContentMs: (of) => of.lastContentMs,
  },
  flags: {
    cachedDerived: (of) => of.cachedDerived,
    tokensPerSecondDerived: (of) => of.tokensPerSecondDerived,
    complete: (of) => of.complete,
  },
  texts: {
    finishReason: (of) => of.finishReason,
    source: (of) => of.source,
    error: (of) => of.error,
    errorType: (of) => of.errorType,
  },
};

/**
 * The newest rows of a log that nobody has read since they were added; a new one takes the place of
 * the oldest.
 */
export class UnreadRows {
  private readonly entries: FieldColumns<EntryFields>;
  private readonly tokens: FieldColumns<LegacyTokens>;
  private readonly details: FieldColumns<DetailFields>;
  private readonly facts: FieldColumns<ResponseFacts>;
  private readonly hasFacts: Uint8Array;
  private readonly metadata: ActivityEntry['metadata'][] = [];
  private readonly ids: Float64Array;
  private added = 0;

  /** @param most rows that are kept, at least 1 */
  constructor(private readonly most: number) {
    this.entries = new FieldColumns(ENTRY, most);
    this.tokens = new FieldColumns(TOKENS, most);
    this.details = new FieldColumns(DETAIL, most);
    this.facts = new FieldColumns(FACTS, most);
    this.hasFacts = new Uint8Array(most);
    this.ids = new Float64Array(most);
  }

  /** Adds a row, of which nothing is held but texts and metadata. */
  add({ id, entry }: DetailedActivity): void {
    const row = this.added % this.most;
    const { facts } = entry.detail;
    this.added += 1;
    this.ids[row] = id;
    this.entries.set(row, entry);
    this.tokens.set(row, entry.tokens);
    this.metadata[row] = entry.metadata;
    this.details.set(row, entry.detail);
    this.hasFacts[row] = facts ? 1 : 0;
    if (facts) this.facts.set(row, facts);
  }

  /** Oldest first. */
  list(): DetailedActivity[] {
    const length = Math.min(this.added, this.most);
    const first = this.added - length;
    return Array.from({ length }, (_, at) => this.row((first + at) % this.most));
  }

  /** The rows have been read. */
  clear(): void {
    this.added = 0;
  }

  private row(row: number): DetailedActivity {
    const facts = this.hasFacts[row] === 1 ? this.facts.get(row) : null;
    const entry = {
      ...this.entries.get(row),
      tokens: this.tokens.get(row),
      metadata: this.metadata[row]!,
      detail: { ...this.details.get(row), facts },
    };
    return { id: this.ids[row]!, entry };
  }
}
