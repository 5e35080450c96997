import { parseArgs } from 'node:util';

/** What `npm run soak` may be told. */
export interface SoakOptions {
  readonly minutes: number;
  /** Seed of everything random. */
  readonly seed: number;
  /** Print the report as JSON. */
  readonly isJson: boolean;
}

/** Reads `--minutes N`, `--seed N` and `--json`. @throws Error for anything else. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0)) throw new Error(`--minutes must be more than 0, not ${values.minutes}`);
  if (!Number.isInteger(seed)) throw new Error(`--seed must be a whole number, not ${values.seed}`);
  return { minutes, seed, isJson: values.json };
}
