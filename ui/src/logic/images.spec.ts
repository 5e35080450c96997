import { describe, expect, it } from 'vitest';
import { openAiImages, sdBody, sdImages } from './images.js';

const settings = {
  steps: 20,
  cfgScale: 7,
  seed: -1,
  batchSize: 1,
  sampler: '',
  scheduler: '',
  negativePrompt: '',
};

describe('sdBody', () => {
  it('leaves out what is empty', () => {
    expect(sdBody('m', 'p', { size: '768x1024', settings, loras: [] })).toEqual({
      model: 'm',
      prompt: 'p',
      width: 768,
      height: 1024,
      steps: 20,
      cfg_scale: 7,
      seed: -1,
      batch_size: 1,
    });
  });

  it('sends what is chosen', () => {
    const loras = [{ name: 'l', path: 'l.safetensors', multiplier: 0.5 }];
    const chosen = { ...settings, sampler: 'euler', negativePrompt: 'blur' };
    expect(sdBody('m', 'p', { size: '1x1', settings: chosen, loras })).toMatchObject({
      sampler_name: 'euler',
      negative_prompt: 'blur',
      lora: [{ path: 'l.safetensors', multiplier: 0.5 }],
    });
  });
});

it('reads pictures of both APIs', () => {
  expect(openAiImages({ data: [{ b64_json: 'QQ', url: 'u' }] })).toEqual([
    'data:image/png;base64,QQ',
  ]);
  expect(openAiImages({ data: [{ url: 'u' }] })).toEqual(['u']);
  expect(openAiImages({})).toEqual([]);
  expect(sdImages({ images: ['QQ'] })).toEqual(['data:image/png;base64,QQ']);
});
