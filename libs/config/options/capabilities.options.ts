import { Setting } from './setting.decorator.js';

/** What goes into a model or comes out of it. */
const MODALITIES = ['text', 'audio', 'image'] as const;

/** What a model is declared to be able to do. */
export class CapabilitiesOptions {
  @Setting({ kind: 'texts', allowed: MODALITIES, doc: 'What the model takes.' })
  in: string[] = [];

  @Setting({ kind: 'texts', allowed: MODALITIES, doc: 'What the model gives.' })
  out: string[] = [];

  @Setting({ kind: 'flag', doc: 'The model can call tools.' })
  tools = false;

  @Setting({ kind: 'flag', doc: 'The model ranks documents.' })
  reranker = false;

  @Setting({ kind: 'integer', unit: 'tokens', min: 0, doc: 'Length of the context; 0 = not told.' })
  context = 0;
}
