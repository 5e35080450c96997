// Compares what was measured with what is wanted.
import { tablesOf } from './markdown.mjs';
import { tableOf } from './table.mjs';

/** Where a miss is explained. */
const EXPLAINED = 'docs/performance.md';

/** GitHub's anchor of a heading. */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

function verdictOf({ most }, figure, outcome) {
  if (outcome.failure) return 'failed';
  if (outcome.isLeftOut) return 'left out';
  if (figure === null) return 'not measured';
  if (most === null) return 'no target';
  return figure <= most ? 'pass' : 'miss';
}

/**
 * The lines of the last table for one benchmark. `outcome` is what it printed (`text`), why it has failed
 * (`failure`, null if it has not), and whether it was left out. A miss, and only a miss, names where it
 * is explained.
 */
export function linesOf({ name, goals }, outcome) {
  const tables = tablesOf(outcome.text);
  return goals.map((goal) => {
    const figure = outcome.failure ? null : goal.find(tables, outcome.text);
    const verdict = verdictOf(goal, figure, outcome);
    const explained = verdict === 'miss' ? `${EXPLAINED}#${anchorOf(goal.why)}` : null;
    const { what, most } = goal;
    return { benchmark: name, what, most, figure, verdict, isOwn: goal.isOwn === true, explained };
  });
}

function cellsOf({ what, most, figure, verdict, explained }) {
  const target = most === null ? '' : `≤ ${most}`;
  const told = explained === null ? verdict : `${verdict}: ${explained}`;
  return [what, target, figure === null ? '' : figure.toFixed(2), told];
}

const isBeside = ({ isOwn, most }) => isOwn || most === null;

/** The last tables as text: what is promised, and what is measured beside it. */
export function reportOf(lines, heldByTests) {
  const head = ['what', 'target', 'figure', 'verdict'];
  const promised = [
    ...lines.filter((one) => !isBeside(one)).map(cellsOf),
    ...heldByTests.map(({ what, target, test }) => [what, target, '', `test: ${test}`]),
  ];
  const beside = lines.filter(isBeside).map(cellsOf);
  const tables = [`What is promised\n\n${tableOf(head, promised)}`];
  if (beside.length > 0) tables.push(`Measured beside it\n\n${tableOf(head, beside)}`);
  return tables.join('\n\n');
}

/** How many lines have each verdict, as one line of text. */
export function countsOf(lines) {
  const counts = Map.groupBy(lines, ({ verdict }) => verdict);
  return [...counts].map(([verdict, all]) => `${all.length} ${verdict}`).join(', ');
}
