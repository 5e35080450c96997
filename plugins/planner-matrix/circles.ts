import { PluginConfigProblem } from '#lib/plugin-api';
import { Expression } from './expression.js';

/** Finds sets that refer to themselves, directly or around; each circle is reported once. */
export function checkCircles(
  expressions: ReadonlyMap<string, Expression>,
): readonly PluginConfigProblem[] {
  const problems: PluginConfigProblem[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (finished.has(name)) return;
    const start = path.indexOf(name);
    if (start >= 0) {
      problems.push(describe(path.slice(start)));
      return;
    }
    path.push(name);
    for (const reference of expressions.get(name)?.references ?? []) visit(reference);
    path.pop();
    finished.add(name);
  };
  for (const name of expressions.keys()) visit(name);
  return problems;
}

function describe(circle: readonly string[]): PluginConfigProblem {
  const first = circle[0]!;
  const around = [...circle, first].map((name) => `+${name}`).join(' → ');
  return {
    path: `sets.${first}`,
    kind: 'cycle',
    message: `set ${first} is circular (${around}); a set must not refer to itself`,
  };
}
