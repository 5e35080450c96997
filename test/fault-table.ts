/** A line of `docs/faults.md`, and the test that makes it happen. */
export interface Fault {
  /** First cell of the line. */
  readonly line: string;
  /** Path from the project's root. */
  readonly file: string;
  /** Title of the test, or how it begins. */
  readonly test: string;
}

const HOST = 'test/e2e/host-faults.e2e-spec.ts';
const STORE = 'test/e2e/store-faults.e2e-spec.ts';
const ANSWERED = 'test/e2e/acknowledged.e2e-spec.ts';
const SHUTDOWN = 'test/e2e/cli-shutdown.e2e-spec.ts';

/** Where each kind of upstream of the first table is made; its lines are cases of that file. */
export const UPSTREAM_FAULTS = 'test/e2e/upstream-faults.e2e-spec.ts';

type Line = readonly [line: string, file: string, test: string];

/** Lines of the first table that are tests of their own. */
const UPSTREAMS: readonly Line[] = [
  ['goes silent in the middle', UPSTREAM_FAULTS, 'goes silent in the middle is left'],
  [
    'closes a kept connection under a request',
    UPSTREAM_FAULTS,
    'is sent the request once more, on another connection',
  ],
  [
    'is a peer that others can stand in for',
    'test/e2e/peers.e2e-spec.ts',
    'take turns, and one serves alone while the other is gone',
  ],
];

const PROCESSES: readonly Line[] = [
  ['a server ends at once', HOST, 'is a failed start, with its output in the log'],
  ['a server is killed while it loads', HOST, 'is a failed start when the system kills it'],
  ['a server is killed while it serves', HOST, 'fails the requests in flight and starts again'],
  [
    'a request comes after the death of a server',
    'test/e2e/lost-server.e2e-spec.ts',
    'waits for the model again as soon as that is noticed',
  ],
  ['a command that goes into the background', HOST, 'is a failed start when it goes into'],
  ['a wrapper that outlives its server', HOST, 'answers 502 while a wrapper outlives its server'],
  [
    'a model is stopped whose requests another process',
    'test/e2e/outliving-server.e2e-spec.ts',
    'ends everything that it answers when its model is',
  ],
  ['a server that ignores SIGTERM', HOST, 'is killed at the end of its grace'],
  ['a server that is stopped or hangs', HOST, 'is killed like any other when it hangs'],
  [
    'a server that not even SIGKILL ends',
    'libs/process/model-process.races.spec.ts',
    'P6: ignores everything that comes late from a server that was given up',
  ],
  [
    'a health check that never answers',
    'test/e2e/process-local.e2e-spec.ts',
    '7.26: fail at the start timeout when the health check hangs',
  ],
  [
    'the port is taken before the start',
    'libs/process/local/local.runtime.spec.ts',
    'names the port that is taken',
  ],
  ['the port is taken between check and bind', HOST, 'is a failed start when somebody takes'],
  ['all clients of a load leave', 'test/unwanted-loads.spec.ts', 'goes on while nobody needs'],
  [
    'a plugin of a package spins, hangs or dies',
    'test/e2e/plugin-isolation.e2e-spec.ts',
    'is cut off when it spins for ever',
  ],
];

const ON_THE_HOST: readonly Line[] = [
  ['`kill -9` of Drover at any moment', HOST, 'leaves no child and a readable store'],
  ['`kill -9` of Drover while', ANSWERED, 'is in the activity log after SIGKILL'],
  ['SIGTERM while models load and stop', HOST, 'leaves nothing behind when Drover is told to end'],
  ['SIGTERM while requests', ANSWERED, 'is in the activity log once and whole after SIGTERM'],
  ['a second SIGTERM or SIGINT', SHUTDOWN, 'kills everything at the second signal'],
  ['file descriptors run out', HOST, 'refuses clearly when file descriptors run out'],
  ['the reader of stdout goes away', SHUTDOWN, 'goes on when the reader of its output is gone'],
  ['the reader of stdout is stuck', HOST, 'goes on answering when nobody reads its output'],
  ['the activity log’s file is no database', STORE, 'stops no request, and is left as it is'],
  ['the activity log’s file is read-only', STORE, 'refuses the start, and names the file'],
  ['the disk fails', STORE, 'serves on when the disk fails'],
  ['the disk is full', STORE, 'serves on when the disk is full'],
  ['the audit log cannot be written', 'src/audit/audit.file.spec.ts', 'says when a line is lost'],
  [
    'a renewed certificate that does not fit',
    'src/tls/tls-renewal.spec.ts',
    'stays with the old ones when the new ones are bad',
  ],
  [
    'a configuration with mistakes is reloaded',
    'test/e2e/gateway-probes.e2e-spec.ts',
    'tells of a rejected reload without failing',
  ],
  ['the time of day jumps', HOST, 'keeps to its durations when the time of day jumps'],
];

/** Every fault whose line is not a case of {@link UPSTREAM_FAULTS}. */
export const FAULTS: readonly Fault[] = [...UPSTREAMS, ...PROCESSES, ...ON_THE_HOST].map(
  ([line, file, test]) => ({ line, file, test }),
);

/** The files of all these tests. */
export const FAULT_FILES: readonly string[] = [
  ...new Set([UPSTREAM_FAULTS, 'test/clock-jumps.spec.ts', ...FAULTS.map(({ file }) => file)]),
];
