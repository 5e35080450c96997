/** A call of a method in the plugin's thread. */
export interface WireCall {
  readonly kind: 'call';
  readonly id: number;
  /** 0 is the plugin itself; everything else is what an earlier call has kept. */
  readonly object: number;
  readonly method: string;
  readonly args: readonly unknown[];
  /** The result is kept under this number instead of being sent. */
  readonly keepAs?: number;
  /** Names of the functions that are asked back for; they become members of the last argument. */
  readonly asks?: readonly string[];
}

/** Answer to a {@link WireAsk}. */
export interface WireAnswer {
  readonly kind: 'answer';
  readonly value: unknown;
  /** Message of what the asked function has thrown. */
  readonly error?: string;
}

/** An object that nobody uses any more. */
export interface WireDrop {
  readonly kind: 'drop';
  readonly object: number;
}

/** What Drover sends to a plugin's thread. */
export type ToPlugin = WireCall | WireAnswer | WireDrop;

/** A call has returned. */
export interface WireReturn {
  readonly kind: 'return';
  readonly id: number;
  readonly value: unknown;
  /** Processor time that the thread has spent on the call, milliseconds. */
  readonly cpuMs: number;
}

/** A call has thrown. */
export interface WireThrow {
  readonly kind: 'throw';
  readonly id: number;
  readonly message: string;
  /** The problems of a `PluginConfigError`. */
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
  readonly cpuMs: number;
}

/** The plugin calls a function that Drover has given it, and waits for the answer. */
export interface WireAsk {
  readonly kind: 'ask';
  readonly method: string;
  readonly args: readonly unknown[];
}

/** What a plugin's thread sends to Drover. */
export type FromPlugin = WireReturn | WireThrow | WireAsk;

/** What a plugin's thread is started with. */
export interface WireStart {
  readonly port: import('node:worker_threads').MessagePort;
  /** Two counters: messages sent by the thread, messages sent to it. */
  readonly flags: Int32Array<SharedArrayBuffer>;
  /** File of the package to import. */
  readonly file: string;
  /** Name of the exported class. */
  readonly className: string;
}
