import { parseArgs } from 'node:util';
import { parseAmount, parseByteSize, parseCount, parseDurationMs } from './quantity.js';

/** When the demo server breaks down on purpose. */
export type FailAfter =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'requests'; readonly count: number };

/** What `drover demo-server` was asked to be. */
export interface DemoOptions {
  readonly name: string;
  readonly host: string;
  /** 0 lets the operating system choose; the log tells which port it was. */
  readonly port: number;
  readonly loadTimeMs: number;
  /** 0 = as fast as possible. */
  readonly tokensPerSecond: number;
  /** 0 = as fast as possible. */
  readonly promptTokensPerSecond: number;
  /** Memory that is really filled while loading. */
  readonly memoryBytes: number;
  readonly slots: number;
  /** Tokens of all slots together. */
  readonly ctxSize: number;
  /** Length of an embedding vector. */
  readonly embeddingSize: number;
  readonly failAfter: FailAfter | null;
  readonly ignoreSigterm: boolean;
}

/** Text of `drover demo-server --help`. */
export const DEMO_USAGE = `Usage: drover demo-server [flags]

A small HTTP server that looks like llama-server but runs no language model: it loads for a while,
streams made-up tokens at a given rate and says so. For trying Drover out, demonstrations and tests.

  --name NAME                     model name in the answers (default "demo")
  --port N                        port to listen on, 0 lets the system choose (default 8081)
  --host ADDRESS                  address to listen on (default 127.0.0.1)
  --load-time DURATION            answer 503 "Loading model" for that long, e.g. 2s (default 0s)
  --tokens-per-second N           speed of generation, 0 = as fast as possible (default 40)
  --prompt-tokens-per-second N    speed of reading prompts, 0 = as fast as possible (default 2000)
  --memory SIZE                   memory to really fill while loading, e.g. 512MiB (default 0)
  --slots N                       requests served at the same time, others wait (default 2)
  --ctx-size N                    context in tokens, shared out among the slots (default 8192)
  --embedding-size N              numbers per embedding (default 64)
  --fail-after DURATION|N         exit with status 1 that long after the start (3s), or when
                                  N requests have been answered (a plain number)
  --ignore-sigterm                log SIGTERM and go on, so that only SIGKILL ends it
  --help                          this text
`;

const FLAGS = {
  name: { type: 'string', default: 'demo' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8081' },
  'load-time': { type: 'string', default: '0s' },
  'tokens-per-second': { type: 'string', default: '40' },
  'prompt-tokens-per-second': { type: 'string', default: '2000' },
  memory: { type: 'string', default: '0' },
  slots: { type: 'string', default: '2' },
  'ctx-size': { type: 'string', default: '8192' },
  'embedding-size': { type: 'string', default: '64' },
  'fail-after': { type: 'string' },
  'ignore-sigterm': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

/**
 * Reads the command line of `drover demo-server`.
 * @returns the options, or null when help was asked for
 * @throws Error saying which flag is wrong and what it takes
 */
export function parseDemoOptions(args: readonly string[]): DemoOptions | null {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true });
  if (values.help) return null;
  const port = parseCount('port', values.port);
  if (port > 65_535) throw new RangeError(`--port takes 0 to 65535, not ${port}`);
  return {
    name: values.name,
    host: values.host,
    port,
    loadTimeMs: parseDurationMs(values['load-time']),
    tokensPerSecond: parseAmount('tokens-per-second', values['tokens-per-second']),
    promptTokensPerSecond: parseAmount(
      'prompt-tokens-per-second',
      values['prompt-tokens-per-second'],
    ),
    memoryBytes: parseByteSize(values.memory),
    slots: parseCount('slots', values.slots, 1),
    ctxSize: parseCount('ctx-size', values['ctx-size'], 1),
    embeddingSize: parseCount('embedding-size', values['embedding-size'], 1),
    failAfter: parseFailAfter(values['fail-after']),
    ignoreSigterm: values['ignore-sigterm'],
  };
}

function parseFailAfter(text: string | undefined): FailAfter | null {
  if (text === undefined) return null;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count > 0) return { kind: 'requests', count };
  return { kind: 'time', ms: parseDurationMs(text) };
}
