import { ToolGuard } from '#lib/monitor';
import { OrphanGuard } from '#lib/process';

/** Models count from 1. */
const TOOL_INSTANCE = 0;

/** The guard of the models' servers, for the programs of the probes. */
export function guardedTools(guard: OrphanGuard): ToolGuard {
  return {
    wrap: (program, args) => {
      // Out of a process id namespace: what a tool tells about processes has to be about ours.
      const command = { file: program, argv: [program, ...args], idLeavesDrover: true };
      const { file, argv } = guard.wrap(command);
      return { file, args: argv.slice(1), env: markOf(guard) };
    },
    adopt: (pid, model) => guard.adopt({ pid, model }),
    release: (pid) => guard.release(pid),
  };
}

function markOf(guard: OrphanGuard): Record<string, string> {
  return Object.fromEntries(
    guard.marks(TOOL_INSTANCE).map((item) => {
      const at = item.indexOf('=');
      return [item.slice(0, at), item.slice(at + 1)] as const;
    }),
  );
}
