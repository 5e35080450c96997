import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../config-problem.interface.js';
import { loadConfig } from '../load/load-config.js';
import { readTree } from '../load/read-tree.js';
import { plainValue } from '../options/plain-value.js';
import { settingsOf } from '../options/setting.decorator.js';
import { Environment } from '../sources/environment.js';
import { ProblemList } from '../sources/problem-list.js';
import { SourceText } from '../sources/source-text.js';
import { configJsonSchema } from './json-schema.js';
import { fillOptionTables, tableNames } from './option-tables.js';
import { allSections } from './section.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const CASES = join(ROOT, 'test/fixtures/config');
const cases = readdirSync(CASES);

function read(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** The plain value of a file, as the loader reads YAML, with macros left in place. */
function plainOf(path: string, env: Environment): unknown {
  const sources = [new SourceText(path, 0, readFileSync(path, 'utf8'))];
  const tree = readTree(sources, env, new ProblemList());
  return tree && plainValue(tree);
}

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(configJsonSchema());

describe('JSON schema', () => {
  it('is the one in config/drover.schema.json: npm run schema writes it', () => {
    expect(JSON.parse(read('config/drover.schema.json'))).toEqual(configJsonSchema());
  });

  const good = cases.filter((file) => /^(ok|better)-.*\.yaml$/.test(file));
  it.each(good)('accepts %s', (file) => {
    const expectation = readFileSync(join(CASES, file.replace('.yaml', '.expect.json')), 'utf8');
    const { env = {} } = JSON.parse(expectation) as { env?: Record<string, string> };
    validate(plainOf(join(CASES, file), env));
    expect(validate.errors).toBeNull();
  });

  it.each(['config/drover.example.yaml', 'config/minimal.yaml', 'config/quickstart.yaml'])(
    'accepts %s',
    (file) => {
      validate(plainOf(join(ROOT, file), {}));
      expect(validate.errors).toBeNull();
    },
  );

  it.each(cases.filter((file) => /^bad-type-.*\.yaml$/.test(file)))('refuses %s', (file) => {
    expect(validate(plainOf(join(CASES, file), {}))).toBe(false);
  });
});

describe('example files', () => {
  it.each(['config/drover.example.yaml', 'config/minimal.yaml'])(
    'load without warnings: %s',
    (file) => {
      const result = loadConfig({ configPath: file, cwd: ROOT, env: {}, platform: 'linux' });
      expect([...result.problems, ...result.warnings].map(formatProblem)).toEqual([]);
    },
  );

  it('show every key', () => {
    const example = read('config/drover.example.yaml');
    const missing = allSections().flatMap(({ type, path }) =>
      [...settingsOf(type)]
        .filter(([, { obsolete }]) => obsolete === undefined)
        .filter(([key]) => path !== '' || !['groups', 'matrix'].includes(key))
        .filter(
          ([key]) =>
            !new RegExp(`^[ #]*${key}:`, 'm').test(example) && !example.includes(`{${key}:`),
        )
        .map(([key]) => `${path}.${key}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  const document = read('docs/configuration.md');

  it('has the tables of today: npm run schema writes them', () => {
    expect(fillOptionTables(document)).toBe(document);
  });

  it('has a table for every section', () => {
    expect(tableNames().filter((name) => !document.includes(`<!-- keys of ${name} -->`))).toEqual(
      [],
    );
  });

  it('refuses a table for a section that does not exist', () => {
    const wrong = '<!-- keys of nowhere -->\n<!-- end of keys -->';
    expect(() => fillOptionTables(wrong)).toThrow('nowhere');
  });
});
