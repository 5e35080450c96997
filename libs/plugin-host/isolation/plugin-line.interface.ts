import { ToPlugin, FromPlugin } from './plugin-wire.interface.js';

/** A line to a plugin's thread: messages both ways, and a bounded wait for the next one. */
export interface PluginLine {
  send(message: ToPlugin): void;
  /** The next message that is there, without waiting. */
  receive(): FromPlugin | undefined;
  /** Blocks until there may be a message; false when nothing came within `waitMs`. */
  wait(waitMs: number): boolean;
  /** Calls `listener` once when the thread has ended by itself; with the reason. */
  onEnded(listener: (reason: string) => void): void;
  /** Ends the thread, whatever it does. */
  close(): void;
}

/** Starts a thread for one plugin; rejects when its code cannot be imported there. */
export type OpenPluginLine = () => Promise<PluginLine>;
