import { Plan } from '#lib/plugin-api';

/** Which of two models would have to stop for the other one. */
export interface PlanPairs {
  readonly models: readonly string[];
  /** `evicts[running][asked]`, by place in `models`: whether asking for one stops the other. */
  readonly evicts: readonly (readonly boolean[])[];
}

/** Most models that are compared; the number of questions grows with its square. */
export const MOST_PAIRED = 60;

/** Questions between two turns of the event loop, so that requests are served meanwhile. */
const QUESTIONS_PER_TURN = 8;

/**
 * Asks the planner about each pair of models with nothing else running.
 *
 * @param models ids; at most {@link MOST_PAIRED} are compared
 * @param plan answers one question without side effects
 * @param breathe lets other work go on
 */
export async function planPairs(
  models: readonly string[],
  plan: (request: string, running: readonly string[]) => Pick<Plan, 'evict'>,
  breathe: () => Promise<void>,
): Promise<PlanPairs> {
  const compared = models.slice(0, MOST_PAIRED);
  const evicts: boolean[][] = [];
  let questions = 0;
  for (const running of compared) {
    const row: boolean[] = [];
    for (const request of compared) {
      row.push(request !== running && plan(request, [running]).evict.includes(running));
      questions += 1;
      if (questions % QUESTIONS_PER_TURN === 0) await breathe();
    }
    evicts.push(row);
  }
  return { models: compared, evicts };
}
