import { SeededRandom } from './seeded-random.js';

interface Task {
  readonly atMs: number;
  /** Decides among tasks of the same instant. */
  readonly luck: number;
  readonly run: () => void;
}

/**
 * Virtual time for scheduler tests. What is due at the same instant happens in an order drawn by
 * chance, so that different seeds show different interleavings.
 */
export class WorldTimeline {
  nowMs = 0;
  private tasks: Task[] = [];

  constructor(private readonly random: SeededRandom) {}

  /** Runs the callback after so many milliseconds; returns its cancellation. */
  after(delayMs: number, run: () => void): () => void {
    const task = { atMs: this.nowMs + Math.max(0, delayMs), luck: this.random.next(), run };
    this.tasks.push(task);
    return () => {
      this.tasks = this.tasks.filter((other) => other !== task);
    };
  }

  /** Runs the next task; false when there is none. */
  step(): boolean {
    const [first] = this.tasks;
    if (!first) return false;
    const next = this.tasks.reduce((best, task) => (isBefore(task, best) ? task : best), first);
    this.tasks = this.tasks.filter((task) => task !== next);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.run();
    return true;
  }
}

function isBefore(task: Task, other: Task): boolean {
  return task.atMs < other.atMs || (task.atMs === other.atMs && task.luck < other.luck);
}
