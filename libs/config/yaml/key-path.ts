/** Keys and list positions that lead from the root of the configuration to a value. */
export type KeyPath = readonly (string | number)[];

/** The path as it is shown: `selectors.combo.targets[1]`. */
export function formatPath(path: KeyPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
