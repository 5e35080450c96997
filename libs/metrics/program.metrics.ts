import { Counter, Gauge, Registry } from 'prom-client';
import { SampledFamily, single } from './sampled-family.js';

/** Figures that the program keeps elsewhere. */
export interface ProgramState {
  readonly version: string;
  readonly commit: string;
  readonly activityWriteErrors: () => number;
  readonly activityLostRows: () => number;
}

/** Families about Drover itself. */
export class ProgramMetrics {
  private readonly reloads: Counter;
  private readonly lastReload: Gauge;
  private readonly lastReloadTime: Gauge;

  constructor(registry: Registry, state: ProgramState) {
    const registers = [registry];
    this.reloads = new Counter({
      name: 'drover_config_reloads_total',
      help: 'Reloads of the configuration',
      labelNames: ['result'],
      registers,
    });
    this.lastReload = new Gauge({
      name: 'drover_config_last_reload_successful',
      help: 'Whether the last reload was accepted',
      registers,
    });
    this.lastReloadTime = new Gauge({
      name: 'drover_config_last_reload_success_timestamp_seconds',
      help: 'Time of the last configuration that was accepted',
      registers,
    });
    for (const family of sampled(state)) family.register(registry);
  }

  /** A configuration was accepted or not, at `wallMs`; the first one is no reload. */
  loaded(isAccepted: boolean, wallMs: number, isReload = true): void {
    if (isReload) this.reloads.inc({ result: isAccepted ? 'applied' : 'rejected' });
    this.lastReload.set(isAccepted ? 1 : 0);
    if (isAccepted) this.lastReloadTime.set(wallMs / 1000);
  }
}

function sampled(state: ProgramState): readonly SampledFamily[] {
  const { version, commit } = state;
  return [
    new SampledFamily({
      name: 'drover_build_info',
      help: 'What is running, always 1',
      type: 'gauge',
      read: () => [{ labels: { version, commit }, value: 1 }],
    }),
    new SampledFamily({
      name: 'drover_activity_write_errors_total',
      help: 'Batches of the activity log that could not be written',
      type: 'counter',
      read: () => single(state.activityWriteErrors()),
    }),
    new SampledFamily({
      name: 'drover_activity_lost_rows_total',
      help: 'Rows of the activity log that were lost',
      type: 'counter',
      read: () => single(state.activityLostRows()),
    }),
  ];
}
