import { Setting } from './setting.decorator.js';

/** One entry of `profiles`. */
export class ProfileOptions {
  @Setting({ kind: 'text', doc: 'Description shown where profiles are chosen.' })
  description = '';

  @Setting({
    kind: 'textMap',
    default: 'required',
    doc: 'Requested name and what it means while the profile is active: a model, alias, peer model or selector. An empty target disables the name.',
  })
  pins = new Map<string, string>();
}
