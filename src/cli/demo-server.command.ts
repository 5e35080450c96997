import { SystemClock } from '#lib/foundation';
import { DEMO_USAGE, DemoOptions, parseDemoOptions } from '../demo-server/demo-options.js';
import { DemoServer } from '../demo-server/demo-server.js';

/** What the command writes to. */
export interface DemoServerIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** How the server came to its end. */
type Ending = 'asked' | 'failed';

/**
 * `drover demo-server`: serves until SIGTERM or SIGINT, or until `--fail-after` is reached.
 * @returns 0 after a signal or `--help`, 1 when it failed, 2 for a wrong flag
 */
export async function runDemoServer(args: readonly string[], io: DemoServerIo): Promise<number> {
  let options: DemoOptions | null;
  try {
    options = parseDemoOptions(args);
  } catch (error) {
    io.stderr.write(`demo-server: ${(error as Error).message}\nTry drover demo-server --help\n`);
    return 2;
  }
  if (options === null) {
    io.stdout.write(DEMO_USAGE);
    return 0;
  }
  return serve(options, io);
}

async function serve(options: DemoOptions, io: DemoServerIo): Promise<number> {
  const log = (line: string): unknown => io.stdout.write(`${line}\n`);
  const { promise: ending, resolve: end } = Promise.withResolvers<Ending>();
  const fails = options.failAfter;
  const server = new DemoServer(options, {
    clock: new SystemClock(),
    log,
    onAnswered: (count) => {
      if (fails?.kind === 'requests' && count >= fails.count) end('failed');
    },
  });
  const release = watchSignals({ ignoreSigterm: options.ignoreSigterm, log, end });
  const fuse = fails?.kind === 'time' ? setTimeout(() => end('failed'), fails.ms) : undefined;
  try {
    await server.listen();
    const how = await ending;
    if (how === 'failed') io.stderr.write(`${options.name}: failing on purpose (--fail-after)\n`);
    await server.close();
    return how === 'failed' ? 1 : 0;
  } catch (error) {
    io.stderr.write(`demo-server: cannot listen: ${(error as Error).message}\n`);
    return 1;
  } finally {
    clearTimeout(fuse);
    release();
  }
}

function watchSignals(on: {
  ignoreSigterm: boolean;
  log: (line: string) => void;
  end: (how: Ending) => void;
}): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGTERM' && on.ignoreSigterm) {
      on.log('SIGTERM received and ignored (--ignore-sigterm)');
      return;
    }
    on.log(`${signal} received, ending`);
    on.end('asked');
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
  };
}
