/** Kills process groups when Drover is gone. */
export interface GroupWatch {
  /** Starts watching; false when this machine does not allow it. */
  start(): Promise<boolean>;
  /** Takes a process group under guard. */
  watch(group: number): void;
  /** The group is gone: its number may come to mean something else. */
  forget(group: number): void;
  /** Ends the watch in an orderly way. */
  close(): void;
}
