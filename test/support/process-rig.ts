import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Global, Module, Provider, Type } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import { ConfigStore, ModelConfig } from '#lib/config';
import { CLOCK, SystemClock } from '#lib/foundation';
import {
  LocalRuntime,
  MODEL_OUTPUT_SINK,
  OrphanGuard,
  ProcessModule,
  ProcessService,
} from '#lib/process';
import { modelConfig } from '../../libs/process/testing/model-config.js';
import { freePort } from './free-port.js';

export { freePort } from './free-port.js';

/** Path of the fake model server. */
export const FAKE_SERVER = resolve(import.meta.dirname, 'fake-server.mjs');

/** Real processes behind a real {@link ProcessService}, with their output. */
export interface ProcessRig extends AsyncDisposable {
  readonly service: ProcessService;
  readonly guard: OrphanGuard;
  readonly runtime: LocalRuntime;
  readonly output: Map<string, string>;
  /** An empty folder that goes with the rig. */
  readonly folder: string;
}

/** Builds a rig; `models` as a user would configure them, reduced to what matters here. */
export async function processRig(...models: Partial<ModelConfig>[]): Promise<ProcessRig> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-test-'));
  const output = new Map<string, string>();
  const sink = (model: string, chunk: Uint8Array): void => {
    output.set(model, (output.get(model) ?? '') + Buffer.from(chunk).toString());
  };
  const configured = new Map(models.map((model) => [model.id ?? 'm', modelConfig(model)]));
  const processes = ProcessModule.register({
    providers: [{ provide: MODEL_OUTPUT_SINK, useValue: sink }],
  });
  const world = worldOf(configured);
  const module = await Test.createTestingModule({ imports: [world, processes] }).compile();
  await module.init();
  return {
    service: module.get(ProcessService),
    guard: module.get(OrphanGuard),
    runtime: module.get(LocalRuntime, { strict: false }),
    output,
    folder,
    async [Symbol.asyncDispose]() {
      await module.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the rest of Drover provides to the processes. */
function worldOf(models: ReadonlyMap<string, ModelConfig>): Type {
  const providers: Provider[] = [
    { provide: CLOCK, useClass: SystemClock },
    { provide: EventEmitter2, useFactory: () => new EventEmitter2() },
    { provide: ConfigStore, useValue: { current: { models } } },
  ];
  class World {}
  Module({ providers, exports: [CLOCK, EventEmitter2, ConfigStore] })(World);
  Global()(World);
  return World;
}

/** A model that runs the fake server with these arguments. */
export async function fakeModel(id: string, args = ''): Promise<Partial<ModelConfig>> {
  const port = await freePort();
  const cmd = `${process.execPath} ${FAKE_SERVER} --name ${id} --port ${port} ${args}`;
  return { id, cmd, proxy: `http://127.0.0.1:${port}` };
}

/** Whether a process runs; zombies do not. */
export function runs(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

/** Waits until `condition` holds; the test's own limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10);
}

/** Waits for a file that holds a process id. */
export async function readPid(path: string): Promise<number> {
  await until(() => existsSync(path) && readFileSync(path, 'utf8').trim() !== '');
  return Number(readFileSync(path, 'utf8'));
}
