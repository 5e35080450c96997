import { PluginConfigError } from '#lib/plugin-api';
import { FromPlugin, WireCall, WireDrop } from './plugin-wire.interface.js';

type Method = (...args: unknown[]) => unknown;

/** Asks Drover from within a call and waits for the answer. */
export type AskDrover = (method: string, args: readonly unknown[]) => unknown;

/** What a {@link PluginDesk} works with. */
export interface PluginDeskTools {
  readonly ask: AskDrover;
  readonly send: (message: FromPlugin) => void;
  /** Processor time of this thread, milliseconds. */
  readonly cpuMs: () => number;
}

/** The plugin's side: calls methods of the plugin and of what it has created. */
export class PluginDesk {
  private readonly objects = new Map<number, object>();
  private readonly callbacks = new Map<number, () => void>();
  private lastCallback = 0;

  constructor(
    plugin: object,
    private readonly tools: PluginDeskTools,
  ) {
    this.objects.set(0, plugin);
  }

  /** Handles one message to the end. */
  handle(message: WireCall | WireDrop): void {
    if (message.kind === 'drop') {
      this.objects.delete(message.object);
      return;
    }
    const { id } = message;
    const { send, cpuMs } = this.tools;
    const beganMs = cpuMs();
    try {
      const value = this.perform(message);
      send({ kind: 'return', id, value, cpuMs: cpuMs() - beganMs });
    } catch (error) {
      const problems = error instanceof PluginConfigError ? error.problems : undefined;
      const text = error instanceof Error ? error.message : String(error);
      send({ kind: 'throw', id, message: text, problems, cpuMs: cpuMs() - beganMs });
    }
  }

  private perform({ object, method, args, keepAs, asks }: WireCall): unknown {
    if (method === 'fire') return this.fire(args[0] as number);
    const target = this.objects.get(object) as Record<string, Method | undefined> | undefined;
    const called = target?.[method];
    if (!called) return undefined;
    const value = called.apply(target, asks ? this.withAsks(args, asks) : [...args]);
    if (keepAs === undefined) return value;
    this.objects.set(keepAs, value as object);
    return undefined;
  }

  /** Gives the last argument the functions that lead back to Drover. */
  private withAsks(args: readonly unknown[], asks: readonly string[]): unknown[] {
    const functions = asks.map((name) => [name, this.asking(name)] as const);
    const last = Object.assign({}, args.at(-1), Object.fromEntries(functions));
    return [...args.slice(0, -1), last];
  }

  private asking(name: string): Method {
    if (name === 'after') return (delayMs, callback) => this.after(delayMs, callback as () => void);
    return (...args) => this.tools.ask(name, args);
  }

  /** A timer runs at Drover's; what it shall call stays here. */
  private after(delayMs: unknown, callback: () => void): () => void {
    const token = ++this.lastCallback;
    this.callbacks.set(token, callback);
    this.tools.ask('after', [delayMs, token]);
    return () => {
      if (this.callbacks.delete(token)) this.tools.ask('cancelTimer', [token]);
    };
  }

  private fire(token: number): void {
    const callback = this.callbacks.get(token);
    this.callbacks.delete(token);
    callback?.();
  }
}
