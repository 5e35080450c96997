import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem, loadConfig, LoadResult, PlannerCheck, splitCommand } from '#lib/config';
import { PluginConfigError } from '#lib/plugin-api';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';

const FOLDER = resolve(import.meta.dirname, 'fixtures/config');
const files = readdirSync(FOLDER);

interface Expectation extends Record<string, unknown> {
  readonly env?: Readonly<Record<string, string>>;
  readonly unset?: readonly string[];
  readonly resolve?: Readonly<Record<string, string | null>>;
}

const checkPlanner: PlannerCheck = (use, config) => {
  if (use !== 'matrix') return null;
  try {
    const planner = new MatrixPlannerPlugin().createPlanner(config);
    return { problems: [], canRunTogether: (models) => planner.canRunTogether(models) };
  } catch (error) {
    if (!(error instanceof PluginConfigError)) throw error;
    return { problems: error.problems };
  }
};

function load(name: string, env: Readonly<Record<string, string>>): LoadResult {
  const configPath = files.includes(`${name}.yaml`) ? `${name}.yaml` : undefined;
  const configDir = files.includes(`${name}.d`) ? `${name}.d` : undefined;
  return loadConfig({ configPath, configDir, env, cwd: FOLDER, platform: 'linux', checkPlanner });
}

function casesOf(prefix: string, suffix: string): string[] {
  return files
    .filter((file) => file.startsWith(prefix) && file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));
}

/** Objects need their listed keys only, `{}` means empty, everything else must be equal. */
function differences(expected: unknown, actual: unknown, path = ''): string[] {
  if (isObject(expected) && isObject(actual)) {
    const keys = Object.keys(expected);
    if (keys.length === 0 && Object.keys(actual).length > 0) return [`${path}: not empty`];
    return keys.flatMap((key) => differences(expected[key], actual[key], `${path}.${key}`));
  }
  const [want, got] = [JSON.stringify(expected), JSON.stringify(actual)];
  return want === got ? [] : [`${path}: expected ${want}, got ${got}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('configuration cases', () => {
  it.each([...casesOf('ok-', '.expect.json'), ...casesOf('better-', '.expect.json')])(
    'loads %s as expected',
    (name) => {
      const text = readFileSync(join(FOLDER, `${name}.expect.json`), 'utf8');
      const {
        env = {},
        unset: _unset,
        weakPoint: _weakPoint,
        ...facts
      } = JSON.parse(text) as Expectation;
      const result = load(name, env);
      expect(result.problems.map(formatProblem)).toEqual([]);
      const normalForm = result.normalForm?.(Object.keys(facts.resolve ?? {}));
      expect(differences(facts, normalForm)).toEqual([]);
    },
  );

  it.each(casesOf('bad-', '.expect.txt'))('rejects %s in the right words', (name) => {
    const lines = readFileSync(join(FOLDER, `${name}.expect.txt`), 'utf8').split('\n');
    const env: Record<string, string> = {};
    for (const line of lines.filter((text) => text.startsWith('#env '))) {
      const [, key, value] = /^#env ([^=]+)=(.*)$/.exec(line)!;
      env[key!] = JSON.parse(value!) as string;
    }
    const result = load(name, env);
    const message = result.problems.map(formatProblem).join('\n').toLowerCase();
    const words = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(result.config).toBeNull();
    expect(result.problems).not.toEqual([]);
    expect(words.filter((word) => !message.includes(word.toLowerCase()))).toEqual([]);
  });
});

describe('splitting of commands', () => {
  interface Vector {
    readonly input: string;
    readonly posix: readonly string[];
    readonly windows: readonly string[];
  }
  const text = readFileSync(join(FOLDER, 'argv-vectors.json'), 'utf8');

  it.each(JSON.parse(text) as Vector[])('splits $input', ({ input, posix, windows }) => {
    expect(splitCommand(input, 'linux')).toEqual(posix);
    expect(splitCommand(input, 'win32')).toEqual(windows);
  });
});

it('has its fixtures', () => {
  expect(existsSync(FOLDER)).toBe(true);
  expect(casesOf('bad-', '.expect.txt').length).toBeGreaterThan(80);
});
