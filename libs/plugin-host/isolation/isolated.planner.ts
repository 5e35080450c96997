import { Plan, Planner, PlanQuestion } from '#lib/plugin-api';
import { PluginThread } from './plugin-thread.js';

/** What an {@link IsolatedPlanner} stands for. */
export interface IsolatedPlannerPlace {
  readonly thread: PluginThread;
  /** Name of the planner, for what is told about its decisions. */
  readonly name: string;
  /** Number of the planner in its thread. */
  readonly object: number;
}

/** Answers that are remembered; the oldest are forgotten. */
const MOST_ANSWERS = 1000;

/**
 * A planner that thinks in a thread of its own. When it has no answer in time, its last one for the
 * same model beside the same others holds. Where there is none, and from its being cut off until the
 * next configuration, one model runs at a time, as without any settings; a model that is ready stays
 * with what runs beside it, because that has been allowed before.
 */
export class IsolatedPlanner implements Planner {
  private readonly generation: number;
  private readonly answers = new Map<string, Plan>();

  constructor(private readonly place: IsolatedPlannerPlace) {
    this.generation = place.thread.generation;
  }

  plan(question: PlanQuestion): Plan {
    const { target, resident } = question;
    const key = JSON.stringify([target, ...resident.map(({ model }) => model)]);
    const answer = this.ask('plan', [question]);
    if (answer) return this.remember(key, answer.value as Plan);
    return (this.isCutOff ? undefined : this.answers.get(key)) ?? this.planAlone(question);
  }

  canRunTogether(models: readonly string[]): boolean {
    const answer = this.ask('canRunTogether', [models]);
    return answer ? answer.value === true : models.length < 2;
  }

  swapStarted(question: PlanQuestion, plan: Plan): void {
    this.ask('swapStarted', [question, plan]);
  }

  private get isCutOff(): boolean {
    return this.place.thread.generation !== this.generation;
  }

  private remember(key: string, plan: Plan): Plan {
    this.answers.delete(key);
    this.answers.set(key, plan);
    if (this.answers.size > MOST_ANSWERS) this.answers.delete(this.answers.keys().next().value!);
    return plan;
  }

  private ask(method: string, args: readonly unknown[]): { readonly value: unknown } | null {
    const { thread, object } = this.place;
    if (this.isCutOff) return null;
    const answer = thread.call({ object, method, args });
    return answer.kind === 'late' ? null : answer;
  }

  private planAlone({ target, resident }: PlanQuestion): Plan {
    const choice = `one at a time (${this.place.name} has not answered)`;
    const isReady = resident.some(({ model, state }) => model === target && state === 'ready');
    if (isReady) return { evict: [], choice };
    return {
      evict: resident.map(({ model }) => model).filter((model) => model !== target),
      choice,
    };
  }
}
