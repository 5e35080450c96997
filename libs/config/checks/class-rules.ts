import { validateSync, ValidationError } from 'class-validator';
import { KeyPath } from '../yaml/key-path.js';
import { CheckContext } from './check-context.js';

/** Applies the rules that the classes of options declare: ranges and lists of words. */
export function checkClassRules(context: CheckContext): void {
  checkRulesOf(context.options, [], context);
  context.options.apiKeys.forEach((entry, index) => {
    if (typeof entry !== 'string') checkRulesOf(entry, ['apiKeys', index], context);
  });
}

function checkRulesOf(options: object, path: KeyPath, context: CheckContext): void {
  const errors = validateSync(options, {
    skipNullProperties: true,
    skipUndefinedProperties: true,
    forbidUnknownValues: false,
    validationError: { target: false },
  });
  for (const error of errors) report(error, path, context);
}

function report(error: ValidationError, above: KeyPath, context: CheckContext): void {
  const path = [...above, error.property];
  for (const [rule, message] of Object.entries(error.constraints ?? {})) {
    if (rule === 'isIn' && Array.isArray(error.value)) reportItems(error, path, context);
    else context.error(path, `${message}, is ${JSON.stringify(error.value)}`);
  }
  for (const child of error.children ?? []) report(child, path, context);
}

/** A rule for each item of a list is reported at the items that break it. */
function reportItems(error: ValidationError, path: KeyPath, context: CheckContext): void {
  const allowed = error.constraints?.isIn?.replace(/^.*: /, '').split(', ') ?? [];
  (error.value as readonly string[]).forEach((item, index) => {
    if (allowed.includes(item)) return;
    context.error([...path, index], `${error.constraints?.isIn}, is ${JSON.stringify(item)}`);
  });
}
