/** Sees to it that no program of a probe outlives Drover, however Drover dies. */
export interface ToolGuard {
  /** How to start a program so that it is guarded. */
  wrap(program: string, args: readonly string[]): GuardedTool;
  /** A program runs, as leader of its own process group; called in the stretch that started it. */
  adopt(pid: number, program: string): void;
  /** The program and its group are gone. */
  release(pid: number): void;
}

/** A program as it is to be started. */
export interface GuardedTool {
  readonly file: string;
  readonly args: readonly string[];
  /** What its environment has to carry beyond the usual. */
  readonly env: Readonly<Record<string, string>>;
}

/** For a program that ends with its terminal, such as `drover monitor`: nothing is guarded. */
export const NO_TOOL_GUARD: ToolGuard = {
  wrap: (file, args) => ({ file, args, env: {} }),
  adopt: () => {},
  release: () => {},
};
