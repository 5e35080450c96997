import { CheckContext } from '../checks/check-context.js';
import { checkConfig } from '../checks/check-config.js';
import { DroverConfig } from '../config.interface.js';
import { LoadResult } from '../load-result.interface.js';
import { ExpandedTree, expandTree } from '../macros/expand-tree.js';
import { DroverOptions } from '../options/drover.options.js';
import { OptionsDecoder } from '../options/options-decoder.js';
import { settingsOf } from '../options/setting.decorator.js';
import { PlannerCheck, SchedulerCheck } from '../planner-check.interface.js';
import { toNormalForm } from '../resolve/normal-form.js';
import { resolveConfig } from '../resolve/resolve-config.js';
import { ConfigLocation, readConfigFiles, ReadFiles } from '../sources/config-files.js';
import { Environment } from '../sources/environment.js';
import { fingerprintOf } from '../sources/fingerprint.js';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { MapNode } from '../yaml/config-node.interface.js';
import { readTree } from './read-tree.js';

/** What reading a configuration depends on besides its text. */
export interface LoadContext {
  readonly env: Environment;
  /** Relative paths in the configuration are relative to it. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Asks planners about their settings; without it these settings are taken as they are. */
  readonly checkPlanner?: PlannerCheck;
  /** Asks schedulers about theirs. */
  readonly checkScheduler?: SchedulerCheck;
  /** Names of the schedulers there are; without it any name goes where plugins are listed. */
  readonly schedulers?: readonly string[];
  /** The configuration that is being replaced: its models keep their ports. */
  readonly previous?: DroverConfig;
  /** Texts that are merged after those of the files. */
  readonly additions?: readonly ConfigAddition[];
}

/** A part of a configuration that stands in no file; `name` is what problems call it. */
export interface ConfigAddition {
  readonly name: string;
  readonly text: string;
}

/** Where a configuration lies and what reading it depends on. */
export interface LoadOptions extends LoadContext, ConfigLocation {}

/** Reads, merges and checks the files of a configuration. Never throws for anything in them. */
export function loadConfig(options: LoadOptions): LoadResult {
  const problems = new ProblemList();
  return interpret(readConfigFiles(options, problems), problems, options);
}

/** As {@link loadConfig}, for a text that stands in no file; `name` is what problems call it. */
export function parseConfigText(text: string, context: LoadContext, name = 'config'): LoadResult {
  const sources = [new SourceText(name, 0, text)];
  const fingerprint = fingerprintOf([{ name, text }]);
  return interpret({ sources, fingerprint }, new ProblemList(), context);
}

function interpret(files: ReadFiles, problems: ProblemList, context: LoadContext): LoadResult {
  const { fingerprint } = files;
  const sources = [...files.sources, ...addedSources(files, context)];
  const root = problems.errorCount === 0 ? readTree(sources, context.env, problems) : null;
  const outcome = root && readOptions(root, problems, context);
  const isGood = outcome !== null && problems.errorCount === 0;
  const config = isGood ? outcome.resolve() : null;
  return {
    config,
    problems: problems.sortedErrors(),
    warnings: problems.sortedWarnings(),
    plugins: outcome?.options.plugins ?? [],
    fingerprint,
    normalForm: config && outcome && ((names) => toNormalForm(config, outcome.options, names)),
  };
}

/** They do not count for the fingerprint, which tells whether the files have changed. */
function addedSources(files: ReadFiles, { additions = [] }: LoadContext): SourceText[] {
  const first = files.sources.length;
  return additions.map(({ name, text }, at) => new SourceText(name, first + at, text));
}

interface ReadOutcome {
  readonly options: DroverOptions;
  /** To be called only when there are no problems. */
  readonly resolve: () => DroverConfig;
}

function readOptions(root: MapNode, problems: ProblemList, context: LoadContext): ReadOutcome {
  const expanded = expand(root, problems, context);
  const options = new OptionsDecoder(problems).block(expanded.root, DroverOptions, []);
  const findings = checkConfig(new CheckContext(options, expanded.root, problems), context);
  return { options, resolve: () => resolveConfig(options, { ...findings, ...expanded }) };
}

function expand(root: MapNode, problems: ProblemList, context: LoadContext): ExpandedTree {
  const { previous, platform } = context;
  const sections = new Set(settingsOf(DroverOptions).keys());
  const previousPorts = previous && {
    previous: portsOf(previous),
    previousStartPort: previous.startPort,
  };
  return expandTree(root, { problems, platform, sections, previousPorts });
}

function portsOf({ models }: DroverConfig): Map<string, number> {
  const ports = new Map<string, number>();
  for (const { id, port } of models.values()) if (port !== null) ports.set(id, port);
  return ports;
}
