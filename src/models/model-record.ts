import { CapabilitiesConfig, ModelConfig } from '#lib/config';

/** One entry of the model list, in OpenAI's form with additions. */
export type ModelRecord = Readonly<Record<string, unknown>>;

/** What an entry is made from. */
export interface RecordParts {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly capabilities?: CapabilitiesConfig | null;
  /** The user's own metadata; the internal members win. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly internal: Readonly<Record<string, unknown>>;
  readonly isLoaded: boolean;
}

const CAPABILITY_KEYS = ['architecture', 'capabilities', 'supported_parameters', 'context_length'];

/** Makes an entry; `createdS` are Unix seconds. */
export function modelRecord(parts: RecordParts, createdS: number): ModelRecord {
  const { id, capabilities, internal, isLoaded } = parts;
  const declared = capabilities && isDeclared(capabilities) ? capabilities : null;
  const context = declared && declared.context > 0 ? declared.context : null;
  const metadata = declared ? withoutCapabilities(parts.metadata) : parts.metadata;
  const record: Record<string, unknown> = { id, object: 'model', created: createdS };
  record['owned_by'] = 'llama-swap';
  addText(record, 'name', parts.name);
  addText(record, 'description', parts.description);
  if (declared) Object.assign(record, capabilityMembers(declared));
  const meta = { ...metadata, ...internal };
  record['meta'] = { llamaswap: meta, ...(context === null ? {} : { n_ctx: context }) };
  record['status'] = { value: isLoaded ? 'loaded' : 'unloaded' };
  return record;
}

/** The internal members of a model's own entry. */
export function modelMembers({ aliases }: ModelConfig): Readonly<Record<string, unknown>> {
  return { type: 'model', ...(aliases.length > 0 ? { aliases } : {}) };
}

function addText(record: Record<string, unknown>, key: string, text = ''): void {
  const trimmed = text.trim();
  if (trimmed !== '') record[key] = trimmed;
}

function isDeclared({ in: input, out, tools, reranker, context }: CapabilitiesConfig): boolean {
  return input.length > 0 || out.length > 0 || tools || reranker || context > 0;
}

function withoutCapabilities(
  metadata: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(metadata).filter(([key]) => !CAPABILITY_KEYS.includes(key));
  return Object.fromEntries(kept);
}

function capabilityMembers(declared: CapabilitiesConfig): Record<string, unknown> {
  const { in: input, out, tools, context } = declared;
  const members: Record<string, unknown> = {};
  if (input.length > 0 || out.length > 0) members['architecture'] = architecture(input, out);
  const able = abilities(declared);
  if (Object.keys(able).length > 0) members['capabilities'] = able;
  if (tools) members['supported_parameters'] = ['tools', 'tool_choice'];
  if (context > 0) members['context_length'] = context;
  return members;
}

function architecture(input: readonly string[], out: readonly string[]): Record<string, unknown> {
  return {
    ...(input.length > 0 ? { input_modalities: input } : {}),
    ...(out.length > 0 ? { output_modalities: out } : {}),
    ...(input.length > 0 && out.length > 0
      ? { modality: `${input.join('+')}->${out.join('+')}` }
      : {}),
  };
}

/** The members that are true; the others are left out. */
export function abilities(declared: CapabilitiesConfig): Record<string, true> {
  const { in: input, out, tools, reranker } = declared;
  const turns = (from: string, to: string): boolean => input.includes(from) && out.includes(to);
  const all: readonly (readonly [string, boolean])[] = [
    ['vision', input.includes('image')],
    ['audio_transcriptions', turns('audio', 'text')],
    ['audio_speech', turns('text', 'audio')],
    ['image_generation', turns('text', 'image')],
    ['image_to_image', turns('image', 'image')],
    ['function_calling', tools],
    ['reranker', reranker],
  ];
  return Object.fromEntries(all.filter(([, has]) => has).map(([name]) => [name, true]));
}
