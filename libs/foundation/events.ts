/**
 * Everything that is announced through `@nestjs/event-emitter`. Events inform (displays, metrics,
 * logs); control flow is method calls. Each lib that announces something adds its line here.
 */
export interface DroverEvents {
  /** A model's process has changed its state. */
  'model.state': ModelStateEvent;
  /** An explicit start was refused: as many models run as may. */
  'model.start-refused': StartRefusedEvent;
  /** A peer has become reachable or has ceased to be. */
  'peer.state': PeerStateEvent;
  /** A model of the preload list has become ready, or has not. */
  'model.preloaded': ModelPreloadedEvent;
  /** A swap begins: models stop so that another can run, or a model just starts. */
  'swap.started': SwapStartedEvent;
  /** As `swap.started`, with everything that was weighed. */
  'swap.decided': SwapDecidedEvent;
  /** A swap has ended. */
  'swap.ended': SwapEndedEvent;
  /** A finished request has got its row in the activity log. */
  'activity.recorded': ActivityRecordedEvent;
  /** Somebody wants a model loaded or unloaded, apart from any request for it. */
  'model.ordered': ModelOrderedEvent;
  /** A reload of the configuration has ended, well or not. */
  'config.reload': ConfigReloadEvent;
  /** A plugin of a package was slow, hung or died, and Drover goes on without it. */
  'plugin.cut-off': PluginCutOffEvent;
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
  /** How the server has ended; null when none has, or when nobody knows how. */
  readonly exit?: { readonly code: number | null; readonly signal: string | null } | null;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** What somebody wants done with a model. */
export interface ModelOrderedEvent {
  readonly action: 'load' | 'unload';
  /** Null for all of them. */
  readonly model: string | null;
}

/** An explicit start would have exceeded `monitoring.maxParallelModels`. */
export interface StartRefusedEvent {
  readonly model: string;
}

/** A peer has gone from one state to another. */
export interface PeerStateEvent {
  readonly peer: string;
  readonly from: string;
  readonly to: string;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** Which plugin was cut off, and why. */
export interface PluginCutOffEvent {
  readonly kind: string;
  readonly name: string;
  /** Package that it comes from. */
  readonly package: string;
  readonly reason: string;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** A row of the activity log. */
export interface ActivityRecordedEvent {
  /** Id of the row. */
  readonly id: number;
  /** Id under which the request was in flight. */
  readonly requestId: string;
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

/** How the preload of one model has gone. */
export interface ModelPreloadedEvent {
  readonly model: string;
  readonly success: boolean;
  /** Why it is not ready; null for success. */
  readonly error: string | null;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** What a swap is about to do. */
export interface SwapStartedEvent {
  /** Number of the swap, unique within the life of the router. */
  readonly id: number;
  readonly target: string;
  /** Models that stop for it; empty for a plain start. */
  readonly evict: readonly string[];
  /** What the planner chose: a set's name, a group, a rule; null when it does not say. */
  readonly choice: string | null;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** A swap decision as it is recorded; the router says what else a record holds. */
export interface SwapDecidedEvent {
  /** Number of the swap, unique within the life of the router. */
  readonly id: number;
  readonly target: string;
  readonly evicted: readonly string[];
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}

/** How a swap has ended. */
export interface SwapEndedEvent {
  readonly id: number;
  readonly target: string;
  readonly evict: readonly string[];
  /** Begin to end, milliseconds. */
  readonly tookMs: number;
  readonly outcome: 'ready' | 'failed' | 'cancelled';
  /** Why it has failed; null otherwise. */
  readonly error: string | null;
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
}
