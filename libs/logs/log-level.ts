/** How serious a line is, in ascending order: debug, info, warn, error. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Reads the setting `logLevel`: any case, outer blanks ignored, anything unknown means info. */
export function parseLogLevel(text: string): LogLevel {
  const word = text.trim().toLowerCase();
  return ORDER.find((level) => level === word) ?? 'info';
}

/** Whether a line of this level passes a threshold. */
export function passesThreshold(level: LogLevel, threshold: LogLevel): boolean {
  return ORDER.indexOf(level) >= ORDER.indexOf(threshold);
}
