import { CheckContext } from '../checks/check-context.js';
import { checkConfig } from '../checks/check-config.js';
import { DroverConfig } from '../config.interface.js';
import { LoadResult } from '../load-result.interface.js';
import { expandTree } from '../macros/expand-tree.js';
import { DroverOptions } from '../options/drover.options.js';
import { OptionsDecoder } from '../options/options-decoder.js';
import { settingsOf } from '../options/setting.decorator.js';
import { PlannerCheck } from '../planner-check.interface.js';
import { resolveConfig } from '../resolve/resolve-config.js';
import { toNormalForm } from '../resolve/normal-form.js';
import { ConfigLocation, readConfigFiles } from '../sources/config-files.js';
import { Environment } from '../sources/environment.js';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { readTree } from './read-tree.js';

/** What reading a configuration depends on besides its text. */
export interface LoadContext {
  readonly env: Environment;
  /** Relative paths in the configuration are relative to it. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Asks planners about their settings; without it these settings are taken as they are. */
  readonly checkPlanner?: PlannerCheck;
  /** The configuration that is being replaced: its models keep their ports. */
  readonly previous?: DroverConfig;
}

/** Where a configuration lies and what reading it depends on. */
export interface LoadOptions extends LoadContext, ConfigLocation {}

/** Reads, merges and checks the files of a configuration. Never throws for anything in them. */
export function loadConfig(options: LoadOptions): LoadResult {
  const problems = new ProblemList();
  const sources = readConfigFiles(options, problems);
  return interpret(sources, problems, options);
}

/** As {@link loadConfig}, for a text that stands in no file; `name` is what problems call it. */
export function parseConfigText(text: string, context: LoadContext, name = 'config'): LoadResult {
  return interpret([new SourceText(name, 0, text)], new ProblemList(), context);
}

function interpret(
  sources: readonly SourceText[],
  problems: ProblemList,
  context: LoadContext,
): LoadResult {
  const root = problems.errorCount === 0 ? readTree(sources, context.env, problems) : null;
  if (root === null) return failure(problems);
  const { previous, platform } = context;
  const sections = new Set(settingsOf(DroverOptions).keys());
  const previousPorts = previous && {
    previous: portsOf(previous),
    previousStartPort: previous.startPort,
  };
  const expanded = expandTree(root, { problems, platform, sections, previousPorts });
  const options = new OptionsDecoder(problems).block(expanded.root, DroverOptions, []);
  const findings = checkConfig(new CheckContext(options, expanded.root, problems), context);
  if (problems.errorCount > 0) return failure(problems);
  const config = resolveConfig(options, { ...findings, ...expanded });
  const normalForm = (names?: readonly string[]) => toNormalForm(config, options, names);
  return { config, problems: [], warnings: problems.sortedWarnings(), normalForm };
}

function failure(problems: ProblemList): LoadResult {
  const warnings = problems.sortedWarnings();
  return { config: null, problems: problems.sortedErrors(), warnings, normalForm: null };
}

function portsOf({ models }: DroverConfig): Map<string, number> {
  const ports = new Map<string, number>();
  for (const { id, port } of models.values()) if (port !== null) ports.set(id, port);
  return ports;
}
