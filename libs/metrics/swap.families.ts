import { Registry } from 'prom-client';
import { BUCKETS } from './buckets.js';
import { Distribution, DistributionFamily } from './distribution.family.js';
import { SeriesBook } from './series.book.js';
import { Tally, TallyFamily } from './tally.family.js';

type Counters<Names extends readonly string[]> = SeriesBook<['model', ...Names], Tally>;
type Histograms<Names extends readonly string[]> = SeriesBook<['model', ...Names], Distribution>;

/** Families about queue, swaps and loads, by the values of their labels. */
export interface SwapFamilies {
  readonly queueWait: Histograms<['reason']>;
  readonly refused: Counters<['reason']>;
  readonly swaps: Counters<[]>;
  readonly loads: Counters<['result']>;
  readonly loadDuration: Histograms<[]>;
  readonly unloads: Counters<['reason']>;
  readonly exits: Counters<['code']>;
}

/** Registers the families. */
export function swapFamilies(registry: Registry): SwapFamilies {
  const counter = <Names extends string[]>(
    name: string,
    help: string,
    ...more: Names
  ): Counters<Names> =>
    new SeriesBook(['model', ...more], new TallyFamily({ name, help, type: 'counter' }, registry));
  return {
    queueWait: new SeriesBook(
      ['model', 'reason'],
      new DistributionFamily(
        {
          name: 'drover_queue_wait_seconds',
          help: 'Time that waiting requests waited before they were forwarded',
          buckets: BUCKETS.queueWait,
        },
        registry,
      ),
    ),
    refused: counter('drover_queue_rejected_total', 'Requests refused', 'reason'),
    swaps: counter('drover_model_swaps_total', 'Loads that had to evict something'),
    loads: counter('drover_model_loads_total', 'Loads that ended', 'result'),
    loadDuration: new SeriesBook(
      ['model'],
      new DistributionFamily(
        {
          name: 'drover_model_load_duration_seconds',
          help: 'Spawn to healthy',
          buckets: BUCKETS.load,
        },
        registry,
      ),
    ),
    unloads: counter('drover_model_unloads_total', 'Models that were unloaded', 'reason'),
    exits: counter('drover_model_process_exits_total', 'Unexpected ends of a server', 'code'),
  };
}
