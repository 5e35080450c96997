const VARIABLES = ['LLAMA_API_KEY', 'VLLM_API_KEY'];

/**
 * The key that a server was started with, for asking it about itself: the first one of `--api-key`,
 * else that of its environment; null when it wants none, or keeps its keys in a file.
 */
export function engineKey(argv: readonly string[], env: readonly string[]): string | null {
  return first(flagOf(argv)) ?? first(variableOf(env));
}

function flagOf(argv: readonly string[]): string | undefined {
  let found: string | undefined;
  for (const [index, argument] of argv.entries()) {
    if (argument === '--api-key') found = argv[index + 1];
    else if (argument.startsWith('--api-key=')) found = argument.slice('--api-key='.length);
  }
  return found;
}

function variableOf(env: readonly string[]): string | undefined {
  const found = env.findLast((item) => VARIABLES.some((name) => item.startsWith(`${name}=`)));
  return found?.slice(found.indexOf('=') + 1);
}

/** Both engines take several keys in one text, separated by commas. */
function first(keys: string | undefined): string | null {
  const key = keys?.split(',')[0]?.trim();
  return key ? key : null;
}
