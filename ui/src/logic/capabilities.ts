import { formatContext } from './format.js';

/** Capabilities in their canonical order with the labels people see. */
const LABELS: readonly (readonly [key: string, label: string, hue: string])[] = [
  ['vision', 'Vision', 'violet'],
  ['audio_transcriptions', 'Transcription', 'amber'],
  ['audio_speech', 'Speech', 'rose'],
  ['image_generation', 'Image Gen', 'fuchsia'],
  ['image_to_image', 'Img→Img', 'orange'],
  ['function_calling', 'Function Calling', 'emerald'],
  ['reranker', 'Reranker', 'indigo'],
];

/** One tag of a model. */
export interface CapabilityTag {
  readonly label: string;
  readonly hue: string;
}

/** Tags of a model: its capabilities in canonical order, then the context length. */
export function capabilityTags(model: {
  readonly capabilities?: Readonly<Record<string, boolean>> | undefined;
  readonly context_length?: number | undefined;
}): readonly CapabilityTag[] {
  const tags = LABELS.filter(([key]) => model.capabilities?.[key]).map(([, label, hue]) => ({
    label,
    hue,
  }));
  const context = formatContext(model.context_length);
  return context ? [...tags, { label: context, hue: 'sky' }] : tags;
}
