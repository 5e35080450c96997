import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findExecutable } from '../local/executable.js';
import { ProcessRun } from './process-run.interface.js';

/** How the kernel, or a helper, ends our children when Drover dies; strongest first. */
export type GuardRung =
  /** Drover is the main process of a systemd unit whose whole control group is killed. */
  | 'systemd-unit'
  /** Each child in a process id namespace that dies with its first process. */
  | 'pid-namespace'
  /** Each child asked the kernel to be killed when its parent dies. */
  | 'parent-death-signal'
  /** A helper kills the process groups when its pipe from Drover breaks. */
  | 'watchdog'
  /** Windows: Drover sits in a job object that is killed with its last handle. */
  | 'job-object'
  | 'none';

/** What was found out about this machine. */
export interface GuardMeans {
  readonly rung: GuardRung;
  /** Command that asks for the parent-death signal and becomes its arguments; empty: none. */
  readonly launcher: readonly string[];
  /** Command that runs its arguments in a process id namespace; empty: none. */
  readonly namespace: readonly string[];
}

/** Where {@link findMeans} looks. */
export interface MeansWorld {
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  /** `DROVER_ORPHAN_GUARD`: auto (default), namespace, parent-death or watchdog. */
  readonly wish: string | undefined;
  readonly run: ProcessRun;
  /** Full path of a program, or null. */
  readonly find: (name: string) => Promise<string | null>;
  readonly readFile: (path: string) => string | null;
}

/** `setpriv` is part of util-linux, with this option since 2.33. */
const SETPRIV = ['--pdeathsig', 'KILL'];

/**
 * A namespace whose first process is a shell: a server that were process 1 itself would not end by a
 * signal it does not handle, and would have to reap strangers. The shell passes the status on.
 * `/proc` is mounted anew, or programs would find strangers under their own process id there.
 */
const UNSHARE = [
  '--pid',
  '--fork',
  '--kill-child=KILL',
  '--mount-proc',
  '/bin/sh',
  '-c',
  `trap : HUP INT TERM; "$@" & child=$!
while wait $child; status=$?; kill -0 $child 2>/dev/null; do :; done; exit $status`,
  'drover-init',
];

/** Tries, cheaply, what this machine allows. */
export async function findMeans(world: MeansWorld): Promise<GuardMeans> {
  if (world.platform === 'win32') return plain('job-object');
  const setpriv = world.platform === 'linux' ? await world.find('setpriv') : null;
  if (setpriv === null || world.wish === 'watchdog') return plain('watchdog');
  const launcher = [setpriv, ...SETPRIV];
  if ((await world.run([...launcher, 'true'])) === null) return plain('watchdog');
  const namespace = world.wish === 'namespace' ? await findNamespace(world, launcher) : [];
  if (namespace.length > 0) return { rung: 'pid-namespace', launcher, namespace };
  const unit = world.wish !== 'parent-death' && (await isMainOfUnit(world));
  return { rung: unit ? 'systemd-unit' : 'parent-death-signal', launcher, namespace };
}

function plain(rung: GuardRung): GuardMeans {
  return { rung, launcher: [], namespace: [] };
}

async function findNamespace(world: MeansWorld, launcher: string[]): Promise<string[]> {
  const unshare = await world.find('unshare');
  if (unshare === null) return [];
  const command = [unshare, ...UNSHARE];
  return (await world.run([...launcher, ...command, 'true'])) === null ? [] : command;
}

/** Whether the death of this very process makes systemd kill everything in its control group. */
async function isMainOfUnit(world: MeansWorld): Promise<boolean> {
  const groups = world.readFile('/proc/self/cgroup') ?? '';
  const [, path, unit] = /^\d+:(?:name=systemd)?:(.*\/([^/\n]+\.service))$/m.exec(groups) ?? [];
  if (path === undefined || unit === undefined) return false;
  const manager = path.includes('/user@') ? ['--user'] : [];
  const show = ['show', '--property=MainPID', '--property=KillMode', unit];
  const answer = (await world.run(['systemctl', ...manager, ...show])) ?? '';
  const lines = answer.split('\n');
  return lines.includes(`MainPID=${world.pid}`) && lines.includes('KillMode=control-group');
}

/** The machine that Drover runs on. */
export function thisMachine(): MeansWorld {
  return {
    platform: process.platform,
    pid: process.pid,
    wish: process.env['DROVER_ORPHAN_GUARD'],
    run: runProgram,
    find: findProgram,
    readFile: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return null;
      }
    },
  };
}

async function findProgram(name: string): Promise<string | null> {
  const found = await findExecutable(name, process.env['PATH'] ?? '');
  return 'path' in found ? found.path : null;
}

function runProgram([file = '', ...args]: readonly string[]): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  execFile(file, args, { timeout: 2000, killSignal: 'SIGKILL' }, (error, stdout) =>
    resolve(error ? null : stdout),
  );
  return promise;
}
