import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What `npm run soak` may be told. */
export interface SoakOptions {
  readonly minutes: number;
  /** Seed of everything random. */
  readonly seed: number;
  /** Print the report as JSON. */
  readonly isJson: boolean;
  /** Longest pause between two beginnings of something, milliseconds: 30 is busy. */
  readonly pauseMs: number;
  /** Folder for heap snapshots, of after a third of the run and of its end; null for none. */
  readonly snapshots: string | null;
}

/** Reads `--minutes`, `--seed`, `--pause-ms`, `--snapshots FOLDER` and `--json`. @throws Error for anything else. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      'pause-ms': { type: 'string', default: '30' },
      snapshots: { type: 'string' },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0)) throw new Error(`--minutes must be more than 0, not ${values.minutes}`);
  if (!Number.isInteger(seed)) throw new Error(`--seed must be a whole number, not ${values.seed}`);
  const pauseMs = Number(values['pause-ms']);
  if (!(pauseMs >= 0)) throw new Error(`--pause-ms must not be ${values['pause-ms']}`);
  const snapshots = values.snapshots === undefined ? null : resolve(values.snapshots);
  return { minutes, seed, isJson: values.json, pauseMs, snapshots };
}
