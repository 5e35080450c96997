import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** How much of the young generation a busy server is better off with, bytes; both halves of it. */
const MOST_BYTES = 32 * 1024 * 1024;
const LOOK_EVERY_MS = 1000;

/**
 * By what factor the young generation may grow when much in it survives: not at all from 32 MiB on. Larger,
 * it costs memory and the processor's caches more than the fewer collections save.
 */
export function growthFactor(youngBytes: number): 1 | 2 {
  return youngBytes < MOST_BYTES ? 2 : 1;
}

/**
 * Keeps the young generation of the heap small while the program loads its code, which would
 * otherwise make it grow to a size (about 25 MB more resident memory) that nobody needs afterwards.
 *
 * @returns Lets it grow, as a busy server should, but see {@link growthFactor}. Leaves everything as it
 * is where the size was chosen by an option of Node's.
 */
export function keepHeapYoung(): () => void {
  const isChosen = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((option) =>
    /semi[-_]space/.test(option),
  );
  if (isChosen) return () => undefined;
  setFlagsFromString('--semi-space-growth-factor=1');
  return () => {
    limitGrowth();
    setInterval(limitGrowth, LOOK_EVERY_MS).unref();
  };
}

function limitGrowth(): void {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  setFlagsFromString(`--semi-space-growth-factor=${growthFactor(young?.space_size ?? 0)}`);
}
