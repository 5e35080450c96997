import { compareIds, Plan, Planner } from '#lib/plugin-api';
import { DroverConfig } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { ModelResolver, routerSettings } from '#lib/router';
import { CliIo } from './cli-io.interface.js';
import { FlagSet } from './flag-set.js';
import { ConfigFailure, openConfig } from './open-config.js';
import { openPlugins } from './open-plugins.js';
import { parseFlags } from './parse-flags.js';

/**
 * `drover plan -config F -running a,b -request c`: tells what the configured planner would evict so
 * that `c` can run while `a` and `b` do. Nothing is started.
 *
 * @returns 0 with an answer, 1 for a configuration or names that are no good, 2 for wrong arguments.
 */
export async function runPlan(args: string[], io: CliIo): Promise<number> {
  const flags = new FlagSet('drover plan [flags]');
  const path = (name: string, help: string) => flags.text(name, '', { help, placeholder: 'path' });
  const config = path('config', 'One YAML configuration file.');
  const configDir = path('config-dir', 'Directory whose *.yml and *.yaml files are merged.');
  const list = (name: string, help: string) =>
    flags.text(name, '', { help, placeholder: 'models' });
  const running = list('running', 'Models taken to be running, separated by commas.');
  const request = list('request', 'Model or alias that is asked for.');
  const json = flags.boolean('json', { help: 'Print the plan as JSON.' });
  const rest = parseFlags(flags, args, io);
  if (typeof rest === 'number') return rest;
  if (rest.length > 0 || !request.value || (!config.value && !configDir.value)) {
    io.stderr.write(`name a configuration and a -request\n${flags.usage()}`);
    return 2;
  }
  const names = { configPath: config.value || null, configDir: configDir.value || null };
  try {
    const models = running.value.split(',').filter((name) => name !== '');
    const answer = await plan(names, { request: request.value, running: models }, io);
    io.stdout.write(json.value ? `${JSON.stringify(answer)}\n` : describe(answer));
    return 0;
  } catch (error) {
    return report(error, io);
  }
}

interface Answer extends Plan {
  readonly request: string;
  readonly running: readonly string[];
}

async function plan(
  files: { readonly configPath: string | null; readonly configDir: string | null },
  question: { readonly request: string; readonly running: readonly string[] },
  io: CliIo,
): Promise<Answer> {
  const opened = await openConfig({ ...files, modelsDir: null }, io);
  try {
    const config = opened.store.current;
    const resolver = new ModelResolver(config);
    const local = (name: string): string => {
      const model = resolver.local(name);
      if (model !== null) return model;
      throw new DroverError('MODEL_NOT_FOUND', `there is no local model "${name}"`);
    };
    const request = local(question.request);
    const running = [...new Set(question.running.map(local))].toSorted(compareIds);
    const planner = await plannerOf(config, resolver, io);
    return { request, running, ...ask(planner, { config, request, running }) };
  } finally {
    await opened.close();
  }
}

async function plannerOf(
  config: DroverConfig,
  resolver: ModelResolver,
  io: CliIo,
): Promise<Planner> {
  const plugins = await openPlugins(config.plugins, io.cwd);
  try {
    const plugin = plugins.registry.get('planner', config.routing.planner.use);
    return routerSettings(config, plugin, resolver).planner;
  } finally {
    await plugins.close();
  }
}

function ask(
  planner: Planner,
  {
    config,
    request,
    running,
  }: { config: DroverConfig; request: string; running: readonly string[] },
): Plan {
  const resident = running.map((model) => {
    const memory = config.models.get(model)?.memory ?? null;
    const idle = { inFlight: 0, waiting: 0, lastUsedMs: null };
    return { model, state: 'ready' as const, ...idle, memory };
  });
  return planner.plan({ target: request, resident, nowMs: 0 });
}

function describe({ request, running, evict, choice, cost, candidates = [] }: Answer): string {
  const beside = running.length > 0 ? `while ${running.join(', ')} run` : 'while nothing runs';
  const stops = evict.length > 0 ? `stops ${evict.join(', ')}` : 'stops nothing';
  const details = [choice && `by ${choice}`, cost !== undefined && `at cost ${cost}`];
  const rest = candidates.slice(1).map((other) => {
    const name = other.choice ? `${other.choice}: ` : '';
    return `  instead ${name}stop ${other.evict.join(', ') || 'nothing'} at cost ${other.cost}\n`;
  });
  const how = details.filter((detail) => typeof detail === 'string').join(', ');
  return `${request} ${beside}: ${stops}${how ? ` (${how})` : ''}\n${rest.join('')}`;
}

function report(error: unknown, io: CliIo): number {
  if (error instanceof ConfigFailure) io.stderr.write(`${error.problems.join('\n')}\n`);
  else if (error instanceof DroverError) io.stderr.write(`${error.code}: ${error.message}\n`);
  else throw error;
  return 1;
}
