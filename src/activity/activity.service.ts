import { Inject, Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import { ActivityRecorder, ActivityStore, TrafficBoard } from '#lib/activity';
import { ConfigStore, DroverConfig } from '#lib/config';
import { CLOCK, type Clock } from '#lib/foundation';

/** Rows kept in memory when the configured number is none. */
const DEFAULT_ROWS = 1000;

/** Owns the activity log and the traffic board; opens another log when the configuration says so. */
@Injectable()
export class ActivityService implements OnModuleDestroy {
  readonly recorder: ActivityRecorder;
  readonly board = new TrafficBoard();
  private readonly log = new Logger('activity');
  private readonly unsubscribe: () => void;
  private place: string;

  constructor(config: ConfigStore, @Inject(CLOCK) clock: Clock) {
    this.place = placeOf(config.current);
    const store = this.open(config.current) ?? new ActivityStore(memory(config.current));
    this.recorder = new ActivityRecorder(store, clock, (message) => this.log.warn(message));
    this.unsubscribe = config.onChange(({ current }) => this.reopen(current));
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    this.recorder.close();
  }

  private reopen(config: DroverConfig): void {
    const place = placeOf(config);
    if (place === this.place) return;
    const store = this.open(config);
    if (!store) return;
    this.place = place;
    this.recorder.reopen(store);
  }

  /** A log that cannot be opened must not keep the models from being served. */
  private open(config: DroverConfig): ActivityStore | null {
    try {
      return new ActivityStore(
        config.storePath === null ? memory(config) : { path: config.storePath, maxRows: null },
      );
    } catch (error) {
      this.log.error(`cannot open store.path ${String(config.storePath)}: ${String(error)}`);
      return null;
    }
  }
}

function placeOf({ storePath, metricsMaxInMemory }: DroverConfig): string {
  return storePath ?? `memory of ${metricsMaxInMemory} rows`;
}

function memory({ metricsMaxInMemory }: DroverConfig) {
  return { path: null, maxRows: metricsMaxInMemory > 0 ? metricsMaxInMemory : DEFAULT_ROWS };
}
