/** What is known of this process. */
export type ThisProcess = Pick<
  NodeJS.Process,
  'pid' | 'platform' | 'execPath' | 'execArgv' | 'argv'
>;

/**
 * Runs its arguments as a child, passes signals on, takes in whatever loses its parent, and ends as
 * the child does. A `wait` that a signal interrupts is begun again.
 */
const INIT = `for signal in HUP INT TERM USR1 USR2; do
trap "[ -n \\"\\$child\\" ] || exit 143; kill -$signal \\$child" $signal
done
"$@" & child=$!
while wait $child; status=$?; kill -0 $child 2>/dev/null; do :; done
exit $status`;

/**
 * Arguments with which `/bin/sh` takes the place of this process, and starts it again as its child;
 * null where that is not called for. The first process of a container inherits every process whose
 * parent has ended and has to wait for it; Node.js waits for its own children only, so that what
 * models leave behind would stay as zombies until the process ids run out.
 */
export function initArguments(self: ThisProcess): string[] | null {
  const { pid, platform, execPath, execArgv, argv } = self;
  if (pid !== 1 || platform === 'win32') return null;
  return ['/bin/sh', '-c', INIT, 'drover-init', execPath, ...execArgv, ...argv.slice(1)];
}
