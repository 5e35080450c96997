import { LegacyTokens } from '../response/legacy-tokens.js';
import { ResponseFacts } from '../response/response-facts.interface.js';
import { ActivityDetail, ActivityEntry, DetailedActivity } from './activity-record.interface.js';
import { FieldColumns, FieldKinds } from './field-columns.js';

type EntryFields = Omit<ActivityEntry, 'tokens' | 'metadata' | 'detail'>;
type DetailFields = Omit<ActivityDetail, 'facts'>;

const ENTRY: FieldKinds<EntryFields> = {
  endedMs: 'number',
  model: 'text',
  path: 'text',
  contentType: 'text',
  status: 'number',
  durationMs: 'number',
  errorMessage: 'text',
};

const TOKENS: FieldKinds<LegacyTokens> = {
  cache_tokens: 'number',
  draft_tokens: 'number',
  draft_acc_tokens: 'number',
  input_tokens: 'number',
  output_tokens: 'number',
  prompt_per_second: 'number',
  tokens_per_second: 'number',
};

const DETAIL: FieldKinds<DetailFields> = {
  requestId: 'text',
  keyName: 'text',
  clientAddress: 'text',
  sessionId: 'text',
  requestedModel: 'text',
  upstream: 'text',
  operation: 'text',
  isStream: 'flag',
  outcome: 'text',
  startedMs: 'number',
  queueMs: 'number',
  firstByteMs: 'number',
  ttftMs: 'number',
  upstreamMs: 'number',
  requestBytes: 'number',
  responseBytes: 'number',
};

const FACTS: FieldKinds<ResponseFacts> = {
  inputTokensTotal: 'number',
  cachedTokens: 'number',
  cachedDerived: 'flag',
  cacheCreationTokens: 'number',
  inputTokensUncached: 'number',
  outputTokens: 'number',
  reasoningTokens: 'number',
  draftTokens: 'number',
  draftAcceptedTokens: 'number',
  promptMs: 'number',
  generationMs: 'number',
  promptPerSecond: 'number',
  tokensPerSecond: 'number',
  tokensPerSecondDerived: 'flag',
  ttftMs: 'number',
  queueMs: 'number',
  audioSeconds: 'number',
  finishReason: 'text',
  source: 'text',
  complete: 'flag',
  error: 'text',
  errorType: 'text',
  contentChunks: 'number',
  choices: 'number',
  firstContentMs: 'number',
  lastContentMs: 'number',
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
