import { Type } from '@nestjs/common';
import { Clock, DroverError } from '#lib/foundation';
import { PluginMetadata, readPluginMetadata, Scheduler, SwapPlanner } from '#lib/plugin-api';
import { PluginPackage } from '../plugin-packages.loader.js';
import { PluginWatch } from '../plugin.watch.js';
import { IsolatedPlannerPlugin } from './isolated-planner.plugin.js';
import { IsolatedSchedulerPlugin } from './isolated-scheduler.plugin.js';
import { OpenPluginLine } from './plugin-line.interface.js';
import { PluginThread } from './plugin-thread.js';
import { PluginCode, WorkerLine } from './worker-line.js';

/** What isolation works with. */
export interface IsolationTools {
  readonly clock: Clock;
  readonly watch: PluginWatch;
  /** Starts a thread; default: a worker thread of Node. */
  readonly open?: (code: PluginCode) => ReturnType<OpenPluginLine>;
}

/** Packages whose planners and schedulers live in threads of their own. */
export interface IsolatedPackages {
  /** As they were, with stand-ins for the classes of planners and schedulers. */
  readonly packages: readonly PluginPackage[];
  /** From now on requests are served: no call may hold them up. */
  hurry(): void;
  /** Ends all threads. */
  close(): void;
}

/**
 * Starts a thread for every planner and scheduler of the packages. What is left in the packages can
 * be used as if nothing had happened, but cannot hold up Drover.
 *
 * @throws DroverError `PLUGIN_INVALID` for a class that cannot be constructed in a thread.
 */
export async function isolatePackages(
  packages: readonly PluginPackage[],
  tools: IsolationTools,
): Promise<IsolatedPackages> {
  const threads: PluginThread[] = [];
  const close = (): void => threads.forEach((thread) => thread.close());
  try {
    const isolated: PluginPackage[] = [];
    for (const one of packages) {
      const classes: Type[] = [];
      for (const type of one.classes) classes.push(await standIn(one, { type, tools, threads }));
      isolated.push({ ...one, classes });
    }
    return { packages: isolated, hurry: () => threads.forEach((one) => one.hurry()), close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Original {
  readonly type: Type;
  readonly tools: IsolationTools;
  readonly threads: PluginThread[];
}

async function standIn(from: PluginPackage, { type, tools, threads }: Original): Promise<Type> {
  const metadata = readPluginMetadata(type)!;
  if (metadata.kind !== 'planner' && metadata.kind !== 'scheduler') return type;
  if (type.length > 0) {
    const what = `its constructor takes ${type.length} arguments, but it lives in a thread of its own`;
    throw invalid(from, type, what);
  }
  const code = { file: from.file, className: type.name };
  const thread = new PluginThread({
    clock: tools.clock,
    open: () => (tools.open ?? ((one) => WorkerLine.open(one)))(code),
    cutOff: (reason) => report(from, { metadata, reason, tools }),
  });
  threads.push(thread);
  try {
    await thread.start();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw invalid(from, type, `it cannot be constructed in a thread of its own: ${text}`);
  }
  return classFor(metadata, { thread, className: type.name });
}

/** A class that Nest constructs in the place of the plugin's own. */
function classFor(
  { kind, name }: PluginMetadata,
  { thread, className }: { thread: PluginThread; className: string },
): Type {
  const made =
    kind === 'planner'
      ? class extends IsolatedPlannerPlugin {
          constructor() {
            super(thread, name);
          }
        }
      : class extends IsolatedSchedulerPlugin {
          constructor() {
            super(thread, name);
          }
        };
  Object.defineProperty(made, 'name', { value: className });
  (kind === 'planner' ? SwapPlanner : Scheduler)(name)(made);
  return made;
}

function report(
  { name: packageName }: PluginPackage,
  { metadata, reason, tools }: { metadata: PluginMetadata; reason: string; tools: IsolationTools },
): void {
  const { kind, name } = metadata;
  const atMs = tools.clock.wallMs();
  tools.watch.report({ kind, name, package: packageName, reason, atMs });
}

function invalid({ name }: PluginPackage, type: Type, what: string): DroverError {
  return new DroverError('PLUGIN_INVALID', `plugin package "${name}", class ${type.name}: ${what}`);
}
