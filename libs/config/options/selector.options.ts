import { Setting } from './setting.decorator.js';

/** How a selector chooses among its targets. */
export const STRATEGIES = ['warm', 'pin', 'spillover'] as const;

/** The block `settings` of a selector. */
export class SelectorSettingsOptions {
  @Setting({
    kind: 'integer',
    doc: 'With `spillover`: requests that each active target takes before the next one is started; 1 or more.',
  })
  spillover = 1;
}

/** One entry of `selectors`. */
export class SelectorOptions {
  @Setting({
    kind: 'text',
    default: 'required',
    doc: '`pin`: always the first target. `warm`: the first target that is ready, else the first that is starting, else the first. `spillover`: fills the active targets evenly, then starts the next.',
  })
  strategy = '';

  @Setting({
    kind: 'texts',
    default: 'required',
    doc: 'Models, aliases or peer models among which is chosen.',
  })
  targets: string[] = [];

  @Setting({
    kind: 'block',
    type: () => SelectorSettingsOptions,
    doc: 'Settings of the strategy.',
  })
  settings = new SelectorSettingsOptions();

  @Setting({ kind: 'text', doc: 'Name shown in the model list.' })
  name = '';

  @Setting({ kind: 'text', doc: 'Description shown in the model list.' })
  description = '';

  @Setting({ kind: 'flag', doc: 'Hides the selector from the model list; it stays usable.' })
  unlisted = false;

  @Setting({ kind: 'freeMap', doc: 'Anything; passed through to the model list.' })
  metadata = new Map<string, unknown>();
}
