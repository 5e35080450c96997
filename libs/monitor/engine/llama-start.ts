/** How a llama-server divides its context. Null: not said. */
export interface LlamaLayout {
  readonly slotsTotal: number | null;
  readonly contextPerSlot: number | null;
  readonly kvUnified: boolean | null;
}

const START_LINE = /initializing, n_slots = (\d+), n_ctx_slot = (\d+), kv_unified = '(true|false)'/;

/** Reads the layout out of a line of the server's output, or null for every other line. */
export function layoutOfLogLine(line: string): LlamaLayout | null {
  const match = START_LINE.exec(line);
  if (!match) return null;
  return {
    slotsTotal: Number(match[1]),
    contextPerSlot: Number(match[2]),
    kvUnified: match[3] === 'true',
  };
}

const UNIFIED = new Set(['-kvu', '--kv-unified']);
const SPLIT = new Set(['-no-kvu', '--no-kv-unified']);

/**
 * What a command line says about the cache: an explicit switch counts; without one, an explicit number
 * of slots splits the cache and none leaves it unified.
 */
export function kvUnifiedOf(argv: readonly string[]): boolean | null {
  for (const argument of argv.toReversed()) {
    if (UNIFIED.has(argument)) return true;
    if (SPLIT.has(argument)) return false;
  }
  if (!argv.some((argument) => /llama-server/.test(argument))) return null;
  return numberFlag(argv, ['-np', '--parallel']) === null;
}

/** Value of a numeric flag (`--flag 4` or `--flag=4`), the last one counts; null when it is not there. */
export function numberFlag(argv: readonly string[], names: readonly string[]): number | null {
  let found: number | null = null;
  for (const [index, argument] of argv.entries()) {
    const [name, joined] = argument.split('=', 2) as [string, string | undefined];
    if (!names.includes(name)) continue;
    const value = Number(joined ?? argv[index + 1]);
    if (Number.isInteger(value)) found = value;
  }
  return found;
}
