import { CheckContext } from './check-context.js';
import { NameIndex } from './name-index.js';

const PATH = ['routing', 'scheduler', 'settings', 'fifo', 'priority'];

/** Priorities by model id: aliases stand for their models; an id counts more than an alias. */
export function resolvePriority(context: CheckContext, names: NameIndex): Map<string, number> {
  const { models, routing } = context.options;
  const result = new Map<string, number>();
  const written = [...routing.scheduler.settings.fifo.priority];
  for (const [name, priority] of written) {
    const path = [...PATH, name];
    const model = names.local(name);
    if (model === null) context.error(path, `"${name}" is neither a model nor an alias`);
    else if (models.has(name)) result.set(name, priority);
  }
  for (const [name, priority] of written) {
    const model = names.local(name);
    if (model === null || models.has(name)) continue;
    if (!result.has(model)) result.set(model, priority);
    else if (result.get(model) !== priority) {
      const message = `"${name}" is an alias of ${model}, which has another priority already`;
      context.warn([...PATH, name], message);
    }
  }
  return result;
}
