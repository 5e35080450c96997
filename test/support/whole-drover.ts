import { writeFileSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProcessService } from '#lib/process';
import { RouterService } from '#lib/router';
import { startServer } from '../../src/cli/drover-server.js';
import { openConfig } from '../../src/cli/open-config.js';
import { DroverFolder } from './drover-folder.js';

/** A whole Drover inside the test's own process, so that a test can look into it. */
export interface WholeDrover extends AsyncDisposable {
  readonly app: NestFastifyApplication;
  readonly url: URL;
  readonly folder: DroverFolder;
  /** Everything written to stdout and stderr so far. */
  output(): string;
}

/** Starts all of Drover with a configuration; `write` gets the folder that it is put into. */
export async function startWhole(
  write: (folder: DroverFolder) => object,
  env: Readonly<Record<string, string>> = {},
): Promise<WholeDrover> {
  const folder = new DroverFolder();
  const configPath = join(folder.path, 'config.json.yaml');
  const settings = { startPort: folder.startPort, ...write(folder) };
  writeFileSync(configPath, JSON.stringify(settings));
  const pieces: string[] = [];
  const sink = { write: (text: string | Uint8Array) => pieces.push(Buffer.from(text).toString()) };
  const io = { stdout: sink, stderr: sink, env, cwd: folder.path };
  const options = {
    configPath,
    configDir: null,
    modelsDir: null,
    listen: '127.0.0.1:0',
    tls: null,
    watchConfig: false,
    logFormat: 'text' as const,
  };
  const config = await openConfig(options, io);
  const { app, closing } = await startServer({ options, config, io });
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    folder,
    url: new URL(`http://127.0.0.1:${port}`),
    output: () => pieces.join(''),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await app.get(RouterService).shutdown(5000);
      await app.get(ProcessService).stopAll(5000);
      app.getHttpServer().closeAllConnections();
      await app.close();
      await config.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
