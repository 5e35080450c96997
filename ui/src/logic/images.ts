/** Sizes offered, grouped as people look for them. */
export const IMAGE_SIZES: readonly (readonly [group: string, sizes: readonly string[]])[] = [
  ['Square', ['512x512', '1024x1024']],
  ['Landscape', ['1024x768', '1280x720', '1792x1024']],
  ['Portrait', ['768x1024', '720x1280', '1024x1792']],
];

export const SAMPLERS =
  'euler_a euler heun dpm2 dpmpp2s_a dpmpp2m dpmpp2mv2 ipndm ipndm_v lcm ddim_trailing tcd'.split(
    ' ',
  );
export const SCHEDULERS = 'discrete karras exponential ays gits'.split(' ');

/** Settings of the SD API. */
export interface SdSettings {
  readonly steps: number;
  readonly cfgScale: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly sampler: string;
  readonly scheduler: string;
  readonly negativePrompt: string;
}

/** A chosen LoRA with its strength. */
export interface ChosenLora {
  readonly name: string;
  readonly path: string;
  readonly multiplier: number;
}

/** Body of an SD API request; what is empty is left out. */
export function sdBody(
  model: string,
  prompt: string,
  options: { size: string; settings: SdSettings; loras: readonly ChosenLora[] },
): Record<string, unknown> {
  const { size, settings, loras } = options;
  const [width, height] = size.split('x').map(Number);
  return {
    model,
    prompt,
    width,
    height,
    steps: settings.steps,
    cfg_scale: settings.cfgScale,
    seed: settings.seed,
    batch_size: settings.batchSize,
    ...(settings.sampler && { sampler_name: settings.sampler }),
    ...(settings.scheduler && { scheduler: settings.scheduler }),
    ...(settings.negativePrompt && { negative_prompt: settings.negativePrompt }),
    ...(loras.length > 0 && {
      lora: loras.map(({ path, multiplier }) => ({ path, multiplier })),
    }),
  };
}

/** Pictures of an OpenAI answer: Base64 preferred, else the address. */
export function openAiImages(answer: { data?: { b64_json?: string; url?: string }[] }): string[] {
  const first = answer.data?.[0];
  if (first?.b64_json) return [`data:image/png;base64,${first.b64_json}`];
  return first?.url ? [first.url] : [];
}

/** Pictures of an SD API answer. */
export function sdImages(answer: { images?: string[] }): string[] {
  return (answer.images ?? []).map((image) => `data:image/png;base64,${image}`);
}
