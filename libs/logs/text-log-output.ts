import { ByteSink, LogEntry, LogOutput, LogSource } from './log-output.interface.js';

/** Passes lines and model output on as they are: the form that everybody knows. */
export class TextLogOutput implements LogOutput {
  constructor(private readonly sink: ByteSink) {}

  entry(_source: LogSource, _entry: LogEntry, line: string): void {
    this.sink.write(line);
  }

  modelOutput(_model: string, bytes: Uint8Array): void {
    this.sink.write(bytes);
  }

  modelEnded(): void {
    // Bytes have been passed on as they came; nothing waits.
  }
}
