import { LogMonitor } from './log-monitor.js';
import { Utf8Holdback } from './utf8-holdback.js';

/** The log of one model, and what is known of its server's unfinished output. */
export class ModelLog {
  readonly monitor = new LogMonitor();
  readonly whole = new Utf8Holdback();
}
