import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const FOLDERS = ['src', 'libs', 'plugins', 'examples', 'test/support', 'test/soak', 'test/bench'];

const MOST_FILE_LINES = 300;
const MOST_FUNCTION_LINES = 60;
const MOST_PARAMETERS = 3;
const MOST_INJECTED = 6;

interface Measured {
  readonly place: string;
  readonly lines: number;
  readonly parameters: number;
  readonly isConstructor: boolean;
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/\.(spec|d)\.ts$|node_modules/.test(file)),
);

function linesOf(file: string): number {
  return readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
}

function functionsOf(file: string): Measured[] {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (offset: number): number => source.getLineAndCharacterOfPosition(offset).line + 1;
  const found: Measured[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = lineOf(node.getStart());
      found.push({
        place: `${file}:${first}`,
        lines: lineOf(node.end) - first + 1,
        parameters: node.parameters.length,
        isConstructor: ts.isConstructorDeclaration(node),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('sizes', () => {
  const functions = files.flatMap(functionsOf);

  it('looks at everything', () => {
    expect(files.length).toBeGreaterThan(800);
    expect(functions.length).toBeGreaterThan(4000);
  });

  it(`keeps files within ${MOST_FILE_LINES} lines`, () => {
    expect(files.filter((file) => linesOf(file) > MOST_FILE_LINES)).toEqual([]);
  });

  it(`keeps functions within ${MOST_FUNCTION_LINES} lines`, () => {
    expect(functions.filter(({ lines }) => lines > MOST_FUNCTION_LINES)).toEqual([]);
  });

  it(`gives functions ${MOST_PARAMETERS} parameters at most, then an object`, () => {
    const wrong = functions.filter(
      ({ isConstructor, parameters }) => !isConstructor && parameters > MOST_PARAMETERS,
    );
    expect(wrong).toEqual([]);
  });

  it(`injects ${MOST_INJECTED} dependencies at most`, () => {
    const wrong = functions.filter(
      ({ isConstructor, parameters }) => isConstructor && parameters > MOST_INJECTED,
    );
    expect(wrong).toEqual([]);
  });
});
