import { readConversation } from './chat-messages.js';
import { chatText } from './demo-answer.js';
import { Exchange, Generated } from './exchange.js';
import { isObject } from './json-body.js';
import { timingsOf } from './timings.js';

/** `system_fingerprint` and `build_info` of the demo server. */
export const DEMO_BUILD = 'b1-demo';

/** POST `/v1/chat/completions`, in OpenAI's format with llama-server's `timings`. */
export async function chatEndpoint(exchange: Exchange): Promise<void> {
  const { prompt, said } = readConversation(exchange.body['messages']);
  const text = chatText(exchange.model, said);
  if (exchange.wantsStream) return streamChat(exchange, prompt, text);
  const generated = await exchange.generate(prompt, text);
  const message = { role: 'assistant', content: generated.text };
  exchange.json({
    choices: [{ finish_reason: finishReason(generated), index: 0, message }],
    ...head(exchange, 'chat.completion'),
    usage: usageOf(generated),
    timings: generated.timings,
  });
}

/** OpenAI's word for the end of an answer. */
export function finishReason(generated: Generated): 'stop' | 'length' {
  return generated.answer.stopType === 'limit' ? 'length' : 'stop';
}

/** OpenAI's `usage`, the cached part of the prompt included. */
export function usageOf(generated: Generated): Record<string, unknown> {
  const { measure, promptTokens } = generated;
  return {
    completion_tokens: measure.predicted,
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + measure.predicted,
    prompt_tokens_details: { cached_tokens: measure.cached },
  };
}

/** True when the client asked for a last chunk with `usage`. */
export function wantsUsage(exchange: Exchange): boolean {
  const options = exchange.body['stream_options'];
  return isObject(options) && options['include_usage'] === true;
}

async function streamChat(exchange: Exchange, prompt: string, text: string): Promise<void> {
  const chunk = head(exchange, 'chat.completion.chunk');
  const delta = (value: object, reason: string | null = null): object => ({
    choices: [{ finish_reason: reason, index: 0, delta: value }],
    ...chunk,
  });
  let begun = false;
  const begin = async (): Promise<void> => {
    if (begun) return;
    begun = true;
    await exchange.stream.send(delta({ role: 'assistant', content: null }));
  };
  const perToken = exchange.body['timings_per_token'] === true;
  const generated = await exchange.generate(prompt, text, async (piece, soFar) => {
    await begin();
    const timings = perToken ? { timings: timingsOf(soFar) } : {};
    await exchange.stream.send({ ...delta({ content: piece }), ...timings });
  });
  await begin();
  const { timings } = generated;
  const last = delta({}, finishReason(generated));
  if (wantsUsage(exchange)) {
    await exchange.stream.send(last);
    await exchange.stream.send({ choices: [], ...chunk, usage: usageOf(generated), timings });
  } else {
    await exchange.stream.send({ ...last, timings });
  }
  await exchange.stream.send('[DONE]');
  exchange.stream.end();
}

function head(exchange: Exchange, object: string): Record<string, unknown> {
  return {
    created: exchange.createdSeconds,
    id: `chatcmpl-demo-${exchange.id}`,
    model: exchange.model,
    system_fingerprint: DEMO_BUILD,
    object,
  };
}
