import { invalidRequest } from './api.error.js';
import { DEMO_BUILD, finishReason, usageOf, wantsUsage } from './chat.endpoint.js';
import { completionText } from './demo-answer.js';
import { Exchange } from './exchange.js';
import { textsOf } from './json-body.js';

/** POST `/v1/completions`, in OpenAI's format with llama-server's `timings`. */
export async function completionEndpoint(exchange: Exchange): Promise<void> {
  const [prompt] = textsOf(exchange.body['prompt']);
  if (prompt === undefined) throw invalidRequest('"prompt" must be a text');
  const text = completionText(exchange.model, prompt);
  if (exchange.wantsStream) return streamCompletion(exchange, prompt, text);
  const generated = await exchange.generate(prompt, text);
  exchange.json({
    choices: [choice(generated.text, finishReason(generated))],
    ...head(exchange),
    usage: usageOf(generated),
    timings: generated.timings,
  });
}

async function streamCompletion(exchange: Exchange, prompt: string, text: string): Promise<void> {
  const chunk = head(exchange);
  const generated = await exchange.generate(prompt, text, (piece) =>
    exchange.stream.send({ choices: [choice(piece, null)], ...chunk }),
  );
  const last = { choices: [choice('', finishReason(generated))], ...chunk };
  const { timings } = generated;
  if (wantsUsage(exchange)) {
    await exchange.stream.send(last);
    await exchange.stream.send({ choices: [], ...chunk, usage: usageOf(generated), timings });
  } else {
    await exchange.stream.send({ ...last, timings });
  }
  await exchange.stream.send('[DONE]');
  exchange.stream.end();
}

function choice(text: string, reason: string | null): object {
  return { text, index: 0, logprobs: null, finish_reason: reason };
}

function head(exchange: Exchange): Record<string, unknown> {
  return {
    created: exchange.createdSeconds,
    id: `cmpl-demo-${exchange.id}`,
    model: exchange.model,
    system_fingerprint: DEMO_BUILD,
    object: 'text_completion',
  };
}
