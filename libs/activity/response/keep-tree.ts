/**
 * Which parts of a JSON value survive pruning. `true` keeps a whole value, a tree keeps the members
 * it names; `*` stands for every member and every element.
 */
export interface KeepTree {
  readonly [key: string]: KeepTree | true;
}

const failure: KeepTree = {
  message: true,
  detail: true,
  type: true,
  code: true,
  n_prompt_tokens: true,
  n_ctx: true,
};

const answer = {
  type: true,
  object: true,
  status: true,
  usage: true,
  timings: true,
  metrics: true,
  error: failure,
  input_tokens: true,
  stop: true,
  stop_type: true,
  stopped_eos: true,
  stopped_word: true,
  stopped_limit: true,
  stop_reason: true,
  incomplete_details: true,
  tokens_evaluated: true,
  choices: { '*': { finish_reason: true } },
} as const satisfies KeepTree;

/**
 * Everything that {@link ResponseReader} looks at. Only documents too large to be held in memory
 * are pruned to it; what they contain beside these members is never stored.
 */
export const RESPONSE_MEMBERS: KeepTree = {
  ...answer,
  detail: true,
  message: { usage: true, stop_reason: true },
  delta: { stop_reason: true },
  response: answer,
  '*': {
    timings: true,
    stop_type: true,
    stopped_eos: true,
    stopped_word: true,
    stopped_limit: true,
    tokens_evaluated: true,
    stop: true,
  },
};
