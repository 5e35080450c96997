import { SampledFamily, single } from './sampled-family.js';

/** Those who look on, and what is kept for them. */
export interface WatcherState {
  /** Whether the activity log is kept where the configuration wants it. */
  readonly isLogKept: () => boolean;
  readonly captureBytes: () => number;
  /** Bytes of each log that readers have lost because they were too slow, by source. */
  readonly droppedLogBytes: () => Readonly<Record<string, number>>;
  /** Listeners, by transport. */
  readonly eventClients: () => Readonly<Record<string, number>>;
  /** Messages that slow listeners have lost, by transport, where it is known. */
  readonly droppedEvents: () => Readonly<Record<string, number>>;
}

/** Families about those who look on. */
export function watcherFamilies(state: WatcherState): readonly SampledFamily[] {
  return [
    new SampledFamily({
      name: 'drover_activity_log_up',
      help: 'Whether the activity log is kept where the configuration wants it',
      type: 'gauge',
      read: () => single(state.isLogKept() ? 1 : 0),
    }),
    new SampledFamily({
      name: 'drover_capture_bytes',
      help: 'Memory that captures of requests and answers take',
      type: 'gauge',
      read: () => single(state.captureBytes()),
    }),
    labelled('drover_log_dropped_bytes_total', 'Bytes of logs that slow readers have lost', {
      label: 'source',
      type: 'counter',
      read: state.droppedLogBytes,
    }),
    labelled('drover_event_clients', 'Listeners of the event streams and of the live figures', {
      label: 'transport',
      type: 'gauge',
      read: state.eventClients,
    }),
    labelled('drover_events_dropped_total', 'Messages that slow listeners have lost', {
      label: 'transport',
      type: 'counter',
      read: state.droppedEvents,
    }),
  ];
}

interface Labelled {
  readonly label: string;
  readonly type: 'gauge' | 'counter';
  readonly read: () => Readonly<Record<string, number>>;
}

function labelled(name: string, help: string, { label, type, read }: Labelled): SampledFamily {
  return new SampledFamily({
    name,
    help,
    type,
    read: () => Object.entries(read()).map(([key, value]) => ({ labels: { [label]: key }, value })),
  });
}
