import { ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ModelConfig } from '#lib/config';
import { OrphanGuardReport } from '#lib/process';
import { modelConfig } from '../../libs/process/testing/model-config.js';
import { fakeModel } from './process-rig.js';

/** A running driver program. */
export interface OrphanDriver {
  readonly child: ChildProcess;
  readonly report: OrphanGuardReport;
}

/** Starts the driver with its runtime folder at `folder`; resolves when its models are ready. */
export async function startDriver(
  folder: string,
  models: readonly Partial<ModelConfig>[],
  env: Record<string, string> = {},
): Promise<OrphanDriver> {
  const program = join(import.meta.dirname, 'orphan-driver.mjs');
  const settings = JSON.stringify(models.map((model) => modelConfig(model)));
  const child = spawn(process.execPath, [program, settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, XDG_RUNTIME_DIR: folder, ...env },
  });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return { child, report: JSON.parse(line) as OrphanGuardReport };
  throw new Error('the driver has ended before its models were ready');
}

/** Three models: a plain one, one behind a shell, one whose server has left session and group. */
export async function threeModels(): Promise<{ token: string; models: Partial<ModelConfig>[] }> {
  const token = `orphan-${randomUUID()}`;
  const wraps = ['', `sh -c '"$@" & wait' sh `, `sh -c 'setsid "$@" & wait' sh `];
  const models = wraps.map(async (wrap, index) => {
    const model = await fakeModel(`${token}-${index}`, '--ignore-sigterm');
    return { ...model, cmd: `${wrap}${model.cmd}` };
  });
  return { token, models: await Promise.all(models) };
}

/** Command lines, by process id, of everything that runs and mentions `token`. */
export function running(token: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (line.includes(token)) found.set(Number(name), line);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Process ids of the helper that belongs to a state file, found by the mark it was given. */
export function watchdogs(stateFile: string | null): number[] {
  const guardId = /children-(.*)\.json$/.exec(stateFile ?? '')?.[1] ?? 'no state file';
  const lines = [...running(guardId)].filter(([, line]) => line.includes('drover-watchdog'));
  return lines.map(([pid]) => pid);
}
