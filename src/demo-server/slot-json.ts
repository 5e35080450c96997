import { Slot } from './slot-pool.js';

/** A slot as `/slots` shows it; one that was never used has no task members. */
export function slotJson(slot: Slot): Record<string, unknown> {
  const base = {
    id: slot.id,
    n_ctx: slot.contextTokens,
    speculative: false,
    is_processing: slot.isProcessing,
  };
  if (slot.taskId === null) return base;
  return {
    ...base,
    id_task: slot.taskId,
    n_prompt_tokens: slot.sequence.length,
    n_prompt_tokens_processed: slot.promptProcessed,
    n_prompt_tokens_cache: slot.promptCached,
    params: { n_predict: -1, max_tokens: -1, stream: slot.stream, timings_per_token: false },
    next_token: [
      {
        has_next_token: slot.isProcessing,
        has_new_line: false,
        n_remain: slot.remaining,
        n_decoded: slot.decoded,
      },
    ],
  };
}
