import { CheckContext } from './check-context.js';

/** Aliases and variants: each name at most once. */
export function checkAliases(context: CheckContext): void {
  const { models } = context.options;
  const holders = new Map<string, string>();
  for (const [id, { aliases }] of models) {
    aliases.forEach((alias, index) => {
      const path = ['models', id, 'aliases', index];
      const holder = holders.get(alias);
      if (holder !== undefined) {
        const whom =
          holder === id ? `model ${id} has it twice` : `models ${holder} and ${id} have it`;
        context.error(path, `duplicate alias "${alias}": ${whom}`);
      } else holders.set(alias, id);
      if (alias === id) context.warn(path, `alias "${alias}" is the model's own id`);
      else if (models.has(alias)) {
        context.warn(path, `alias "${alias}" is never used: a model has this id`);
      }
    });
  }
  for (const id of models.keys()) checkVariants(id, holders, context);
}

function checkVariants(id: string, holders: Map<string, string>, context: CheckContext): void {
  const { models } = context.options;
  for (const variant of models.get(id)!.filters.setParamsByID.keys()) {
    if (variant === id) continue;
    const path = ['models', id, 'filters', 'setParamsByID', variant];
    const holder = holders.get(variant);
    if (models.has(variant)) {
      const what = `key "${variant}" of model ${id} conflicts with the id of another model`;
      context.error(path, `${what}; give the variant another name`);
    } else if (holder !== undefined && holder !== id) {
      context.error(path, `duplicate alias "${variant}": models ${holder} and ${id} have it`);
    } else holders.set(variant, id);
  }
}
