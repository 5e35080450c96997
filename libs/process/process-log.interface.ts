/** Where the processes tell what happens to them; Nest's `Logger` fits. */
export interface ProcessLog {
  log(message: string): void;
  warn(message: string): void;
}
