import { KeyPath } from '../yaml/key-path.js';
import { CheckContext } from './check-context.js';
import { NameIndex } from './name-index.js';

/** `peer/model` names are reserved: nobody else may have one. */
export function checkPeerNames(context: CheckContext, names: NameIndex): void {
  checkAmbiguity(context, names);
  for (const { name, holder, path } of namesOfOthers(context)) {
    const owner = names.peerModels.get(name);
    if (!owner) continue;
    const what = `${holder} "${name}" conflicts with a model of peer ${owner.peer}`;
    context.error(path, `${what}, which is reachable by this name`);
  }
}

function checkAmbiguity(context: CheckContext, names: NameIndex): void {
  for (const [peer, { models }] of context.options.peers) {
    for (const model of new Set(models)) {
      const name = `${peer}/${model}`;
      const first = names.peerModels.get(name)!.peer;
      if (first === peer) continue;
      const path = ['peers', peer, 'models', models.indexOf(model)];
      context.error(path, `"${name}" is ambiguous: peers ${first} and ${peer} both offer it`);
    }
  }
}

interface ForeignName {
  readonly name: string;
  readonly holder: string;
  readonly path: KeyPath;
}

function* namesOfOthers({ options }: CheckContext): Generator<ForeignName> {
  for (const [id, { aliases, filters }] of options.models) {
    yield { name: id, holder: 'model', path: ['models', id] };
    for (const [index, name] of aliases.entries()) {
      yield { name, holder: `alias of model ${id}`, path: ['models', id, 'aliases', index] };
    }
    for (const name of filters.setParamsByID.keys()) {
      const path = ['models', id, 'filters', 'setParamsByID', name];
      if (name !== id) yield { name, holder: `variant of model ${id}`, path };
    }
  }
  for (const id of options.selectors.keys()) {
    yield { name: id, holder: 'selector', path: ['selectors', id] };
  }
  for (const [profile, { pins }] of options.profiles) {
    for (const name of pins.keys()) {
      const path = ['profiles', profile, 'pins', name];
      yield { name, holder: `pin of profile ${profile}`, path };
    }
  }
}
