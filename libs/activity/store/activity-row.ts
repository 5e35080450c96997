import { SQLInputValue } from 'node:sqlite';
import { formatRfc3339Local } from '#lib/foundation';
import { ActivityRow, DetailedActivity } from './activity-record.interface.js';

/** The values of a row of the table `activity`, in the order of its columns. */
export function rowValues({ id, entry }: DetailedActivity): SQLInputValue[] {
  const { tokens } = entry;
  const hasMetadata = Object.keys(entry.metadata).length > 0;
  return [
    id,
    Math.floor(entry.endedMs / 1000),
    entry.model,
    entry.path,
    entry.contentType,
    entry.status,
    tokens.cache_tokens,
    tokens.draft_tokens,
    tokens.draft_acc_tokens,
    tokens.input_tokens,
    tokens.output_tokens,
    tokens.prompt_per_second,
    tokens.tokens_per_second,
    Math.trunc(entry.durationMs),
    entry.errorMessage,
    hasMetadata ? JSON.stringify(entry.metadata) : '',
  ];
}

/** The values of a row of the table `drover_activity`, in the order of its columns. */
export function detailValues({ id, entry }: DetailedActivity): SQLInputValue[] {
  const { detail } = entry;
  const facts = detail.facts;
  return [
    id,
    Math.trunc(entry.endedMs),
    detail.outcome,
    detail.operation,
    detail.keyName,
    detail.sessionId,
    detail.ttftMs,
    detail.queueMs,
    facts?.inputTokensTotal ?? null,
    facts?.cachedTokens ?? null,
    facts?.outputTokens ?? null,
    facts?.tokensPerSecond ?? null,
    JSON.stringify(detail),
  ];
}

/** A row of the table `activity` as the API shows it. */
export function rowOf(row: Record<string, unknown>): ActivityRow {
  const error = String(row['error_msg']);
  const metadata = String(row['metadata_json']);
  return {
    id: Number(row['id']),
    timestamp: formatRfc3339Local(Number(row['ts_created']) * 1000),
    model: String(row['model_id']),
    req_path: String(row['req_path']),
    resp_content_type: String(row['resp_content_type']),
    resp_status_code: Number(row['resp_status_code']),
    tokens: {
      cache_tokens: Number(row['cache_tokens']),
      draft_tokens: Number(row['draft_tokens']),
      draft_acc_tokens: Number(row['draft_acc_tokens']),
      input_tokens: Number(row['input_tokens']),
      output_tokens: Number(row['output_tokens']),
      prompt_per_second: Number(row['prompt_per_second']),
      tokens_per_second: Number(row['tokens_per_second']),
    },
    duration_ms: Number(row['duration_ms']),
    ...(error !== '' && { error_msg: error }),
    ...(metadata !== '' && { metadata: metadataOf(metadata) }),
  };
}

function metadataOf(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}
