import { invalidRequest } from './api.error.js';
import { completionText } from './demo-answer.js';
import { Exchange, Generated } from './exchange.js';
import { textsOf } from './json-body.js';

/** POST `/completion`: llama-server's own format; a list of prompts gives a list of answers. */
export async function nativeCompletionEndpoint(exchange: Exchange): Promise<void> {
  const { prompt } = exchange.body;
  const prompts = textsOf(prompt);
  if (prompts.length === 0) throw invalidRequest('"prompt" must be a text or a list of texts');
  if (exchange.wantsStream) return streamNative(exchange, prompts);
  const answers = await Promise.all(prompts.map((text, index) => answerOne(exchange, text, index)));
  exchange.json(Array.isArray(prompt) ? answers : answers[0]);
}

/** POST `/infill`: fills the gap between `input_prefix` and `input_suffix`. */
export async function infillEndpoint(exchange: Exchange): Promise<void> {
  const { body } = exchange;
  const between = [body['input_prefix'], body['input_suffix']].map((part) =>
    textsOf(part).join(''),
  );
  if (between.join('') === '') throw invalidRequest('"input_prefix" or "input_suffix" is required');
  const prompt = `${between[0]}${textsOf(body['prompt']).join('')}${between[1]}`;
  if (exchange.wantsStream) return streamNative(exchange, [prompt]);
  exchange.json(await answerOne(exchange, prompt, 0));
}

async function answerOne(exchange: Exchange, prompt: string, index: number): Promise<object> {
  const generated = await exchange.generate(prompt, completionText(exchange.model, prompt));
  return { index, content: generated.text, ...ending(exchange, prompt, generated) };
}

async function streamNative(exchange: Exchange, prompts: readonly string[]): Promise<void> {
  await Promise.all(
    prompts.map(async (prompt, index) => {
      const text = completionText(exchange.model, prompt);
      const generated = await exchange.generate(prompt, text, (piece, soFar) =>
        exchange.stream.send({
          index,
          content: piece,
          tokens: [],
          stop: false,
          id_slot: -1,
          tokens_predicted: soFar.predicted,
          tokens_evaluated: soFar.cached + soFar.prompt,
        }),
      );
      const last = { index, content: '', ...ending(exchange, prompt, generated) };
      await exchange.stream.send(last);
    }),
  );
  exchange.stream.end();
}

function ending(exchange: Exchange, prompt: string, generated: Generated): object {
  const { answer, measure } = generated;
  return {
    tokens: [],
    id_slot: generated.slotId,
    stop: true,
    model: exchange.model,
    tokens_predicted: measure.predicted,
    tokens_evaluated: generated.promptTokens,
    generation_settings: { stream: exchange.wantsStream },
    prompt,
    has_new_line: generated.text.includes('\n'),
    truncated: false,
    stop_type: answer.stopType,
    stopping_word: answer.stoppingWord,
    tokens_cached: generated.promptTokens + measure.predicted,
    timings: generated.timings,
  };
}
