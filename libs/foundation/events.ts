/**
 * Everything that is announced through `@nestjs/event-emitter`. Events inform (displays, metrics,
 * logs); control flow is method calls. Each lib that announces something adds its line here.
 */
export interface DroverEvents {
  /** A model's process has changed its state. */
  'model.state': ModelStateEvent;
  /** A reload of the configuration has ended, well or not. */
  'config.reload': ConfigReloadEvent;
}

/** Name of an event. */
export type DroverEventName = keyof DroverEvents;

/** The part of an event emitter that Drover uses, with its events typed. */
export interface DroverEventEmitter {
  emit<Name extends DroverEventName>(name: Name, payload: DroverEvents[Name]): boolean;
  on<Name extends DroverEventName>(
    name: Name,
    listener: (payload: DroverEvents[Name]) => void,
  ): unknown;
  off<Name extends DroverEventName>(
    name: Name,
    listener: (payload: DroverEvents[Name]) => void,
  ): unknown;
}

/** A model's process has gone from one state to another. */
export interface ModelStateEvent {
  readonly model: string;
  readonly from: string;
  readonly to: string;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** How a reload of the configuration has ended. */
export interface ConfigReloadEvent {
  /** Who asked for it: `signal`, `watch` or `api`. */
  readonly trigger: string;
  /** `applied`, `unchanged` or `rejected`. */
  readonly outcome: string;
  readonly problems: readonly string[];
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}
