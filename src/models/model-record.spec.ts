import { describe, expect, it } from 'vitest';
import { CapabilitiesConfig } from '#lib/config';
import { abilities, modelRecord } from './model-record.js';

const nothing: CapabilitiesConfig = { in: [], out: [], tools: false, reranker: false, context: 0 };

const capable = (more: Partial<CapabilitiesConfig>): CapabilitiesConfig => ({
  ...nothing,
  ...more,
});

describe('modelRecord', () => {
  it('has the documented members and no others', () => {
    const parts = {
      id: 'coder',
      name: ' Coder 14B ',
      description: ' ',
      capabilities: capable({ in: ['text', 'image'], out: ['text'], tools: true, context: 32_768 }),
      metadata: { tier: 'fast', type: 'forged', architecture: 'dropped' },
      internal: { type: 'model', aliases: ['coder:think'] },
      isLoaded: true,
    };
    expect(modelRecord(parts, 1_767_225_600)).toEqual({
      id: 'coder',
      object: 'model',
      created: 1_767_225_600,
      owned_by: 'llama-swap',
      name: 'Coder 14B',
      architecture: {
        input_modalities: ['text', 'image'],
        output_modalities: ['text'],
        modality: 'text+image->text',
      },
      capabilities: { vision: true, function_calling: true },
      supported_parameters: ['tools', 'tool_choice'],
      context_length: 32_768,
      meta: { llamaswap: { tier: 'fast', type: 'model', aliases: ['coder:think'] }, n_ctx: 32_768 },
      status: { value: 'loaded' },
    });
  });

  it('keeps metadata that looks like capabilities where none are declared', () => {
    const metadata = { architecture: 'a', context_length: 5 };
    const parts = { id: 'm', capabilities: nothing, metadata, internal: {}, isLoaded: false };
    expect(modelRecord(parts, 0)).toEqual({
      id: 'm',
      object: 'model',
      created: 0,
      owned_by: 'llama-swap',
      meta: { llamaswap: metadata },
      status: { value: 'unloaded' },
    });
  });

  it('tells one modality without inventing the other', () => {
    const parts = {
      id: 'm',
      capabilities: capable({ out: ['text'] }),
      internal: {},
      isLoaded: false,
    };
    const record = modelRecord(parts, 0);
    expect(record['architecture']).toEqual({ output_modalities: ['text'] });
    expect(record).not.toHaveProperty('capabilities');
  });
});

describe('abilities', () => {
  it.each<[Partial<CapabilitiesConfig>, Record<string, true>]>([
    [{}, {}],
    [{ in: ['image'] }, { vision: true }],
    [{ in: ['audio'], out: ['text'] }, { audio_transcriptions: true }],
    [{ in: ['text'], out: ['audio'] }, { audio_speech: true }],
    [{ in: ['text'], out: ['image'] }, { image_generation: true }],
    [
      { in: ['image'], out: ['image'] },
      { vision: true, image_to_image: true },
    ],
    [{ out: ['text', 'audio', 'image'] }, {}],
    [
      { tools: true, reranker: true, context: 1 },
      { function_calling: true, reranker: true },
    ],
  ])('of %j are %j', (more, expected) => {
    expect(abilities(capable(more))).toEqual(expected);
  });
});
