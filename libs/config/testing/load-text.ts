import { formatProblem } from '../config-problem.interface.js';
import { DroverConfig } from '../config.interface.js';
import { LoadContext, parseConfigText } from '../load/load-config.js';

/** What a text loads as, with problems and warnings as lines; the file is called `f`. */
export interface LoadedText {
  readonly config: DroverConfig | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Loads a text for a test; everything not given is empty or POSIX. */
export function loadText(text: string, context: Partial<LoadContext> = {}): LoadedText {
  const { config, problems, warnings } = parseConfigText(
    text,
    { env: {}, cwd: '/', platform: 'linux', ...context },
    'f',
  );
  return {
    config,
    problems: problems.map(formatProblem),
    warnings: warnings.map(formatProblem),
  };
}

/** The configuration that a text loads as; throws the problems if it does not. */
export function loadedConfig(text: string, context: Partial<LoadContext> = {}): DroverConfig {
  const { config, problems } = loadText(text, context);
  if (config === null) throw new Error(problems.join('\n'));
  return config;
}
