import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** A tree of plain values. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Fills the templates of a Helm chart in, as far as the chart of this project goes: values, `default`,
 * `indent`, `toYaml`, and `if` with `else`. Anything else is an error, so that nothing is taken for
 * filled in that is not.
 */
export class ChartText {
  private readonly scope: Values;

  constructor(
    private readonly folder: string,
    more: Values = {},
  ) {
    const values = { ...(this.read('values.yaml') as Values), ...more };
    const chart = this.read('Chart.yaml') as Values;
    this.scope = {
      Values: values,
      Release: { Name: 'r' },
      Chart: { AppVersion: chart['appVersion'] },
    };
  }

  /** Objects of all templates that are not empty. */
  objects(): Values[] {
    return readdirSync(join(this.folder, 'templates')).flatMap((name) => {
      const text = this.fill(readFileSync(join(this.folder, 'templates', name), 'utf8'));
      return text.trim() === '' ? [] : [parse(text) as Values];
    });
  }

  private read(name: string): unknown {
    return parse(readFileSync(join(this.folder, name), 'utf8'));
  }

  private fill(template: string): string {
    const text = template
      .replaceAll(/\s*\{\{-/g, '{{')
      .replaceAll(/\n *(?=\{\{ (?:else|end))/g, '');
    const out: string[] = [];
    const open: { readonly holds: boolean }[] = [];
    for (const [, plain = '', action = ''] of text.matchAll(/([^]*?)(?:\{\{ ?(.*?) ?-?\}\}|$)/g)) {
      if (open.every(({ holds }) => holds)) out.push(plain);
      if (action.startsWith('if ')) open.push({ holds: Boolean(this.value(action.slice(3))) });
      else if (action === 'else') open.push({ holds: !open.pop()!.holds });
      else if (action === 'end') open.pop();
      else if (action !== '' && open.every(({ holds }) => holds)) out.push(this.pipe(action));
    }
    if (open.length > 0) throw new Error('an "if" without "end"');
    return out.join('');
  }

  private pipe(action: string): string {
    const [first = '', ...filters] = action.split(/\s*\|\s*/);
    const value = first.startsWith('toYaml ')
      ? stringify(this.value(first.slice('toYaml '.length))).trimEnd()
      : this.value(first);
    return String(filters.reduce((current, filter) => this.filtered(current, filter), value));
  }

  private filtered(value: unknown, filter: string): unknown {
    const [name = '', argument = ''] = filter.split(' ');
    if (name === 'default') return value || this.value(argument);
    if (name !== 'indent') throw new Error(`the filter ${name} is not known here`);
    const margin = ' '.repeat(Number(argument));
    return String(value).replaceAll(/^(?=.)/gm, margin);
  }

  private value(path: string): unknown {
    if (!/^(?:\.\w+)+$/.test(path)) throw new Error(`${path} is not known here`);
    let at: unknown = this.scope;
    for (const key of path.slice(1).split('.')) at = (at as Values)[key];
    if (at === undefined) throw new Error(`there is no ${path}`);
    return at;
  }
}
