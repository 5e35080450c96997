/** Sees to it that no child outlives Drover, however Drover dies. */
export interface ChildGuard {
  /** Chooses the means and clears what a crash left behind; shared by all callers. */
  prepare(): Promise<void>;
  /** How to start a child so that it is guarded. */
  wrap(command: GuardedCommand): WrappedCommand;
  /** `NAME=value` items that mark a child and its descendants as ours. */
  marks(instance: number): readonly string[];
  /** A child has been started; call it in the same synchronous stretch. */
  adopt(child: GuardedChild): void;
  /** A child and its process group are gone. */
  release(pid: number): void;
  /** Kills descendants of an instance that have left its process group; how many there were. */
  killStragglers(instance: number): number;
}

/** Injection token of the {@link ChildGuard}. */
export const CHILD_GUARD = Symbol.for('drover:child-guard');

/** A command before it is guarded. */
export interface GuardedCommand {
  /** Path of the program. */
  readonly file: string;
  readonly argv: readonly string[];
  /** Whether a program of the user is given the child's process id to stop it by. */
  readonly idLeavesDrover: boolean;
}

/** A command as it is to be started. */
export interface WrappedCommand {
  readonly file: string;
  readonly argv: readonly string[];
}

/** A child to be guarded. */
export interface GuardedChild {
  /** Process id, and id of the process group it leads. */
  readonly pid: number;
  readonly model: string;
}
