import { invalidRequest } from './api.error.js';
import { Conversation, readConversation } from './chat-messages.js';
import { chatText } from './demo-answer.js';
import { Exchange, Generated } from './exchange.js';

/** POST `/v1/responses`, in the format of OpenAI's Responses API. */
export async function responsesEndpoint(exchange: Exchange): Promise<void> {
  const { prompt, said } = readInput(exchange);
  const text = chatText(exchange.model, said);
  if (exchange.wantsStream) return streamResponse(exchange, prompt, text);
  const generated = await exchange.generate(prompt, text);
  exchange.json(finished(exchange, generated));
}

function readInput(exchange: Exchange): Conversation {
  const { input, instructions } = exchange.body;
  if (typeof input === 'string') {
    return readConversation([{ role: 'user', content: input }], instructions);
  }
  if (Array.isArray(input)) return readConversation(input, instructions);
  throw invalidRequest('"input" must be a text or a list of messages');
}

async function streamResponse(exchange: Exchange, prompt: string, text: string): Promise<void> {
  let sequence = 0;
  const send = (type: string, rest: object): Promise<void> => {
    const event = { type, sequence_number: sequence, ...rest };
    sequence += 1;
    return exchange.stream.send(event, type);
  };
  const place = { item_id: messageId(exchange), output_index: 0, content_index: 0 };
  let begun = false;
  const begin = async (): Promise<void> => {
    if (begun) return;
    begun = true;
    const response = { ...head(exchange, 'in_progress'), output: [] };
    await send('response.created', { response });
    await send('response.in_progress', { response });
    const item = { ...messageHead(exchange, 'in_progress'), content: [] };
    await send('response.output_item.added', { output_index: 0, item });
    await send('response.content_part.added', { ...place, part: part('') });
  };
  const generated = await exchange.generate(prompt, text, async (piece) => {
    await begin();
    await send('response.output_text.delta', { ...place, delta: piece });
  });
  await begin();
  await send('response.output_text.done', { ...place, text: generated.text });
  await send('response.content_part.done', { ...place, part: part(generated.text) });
  const item = message(exchange, generated);
  await send('response.output_item.done', { output_index: 0, item });
  const response = finished(exchange, generated);
  const ending = isCut(generated) ? 'response.incomplete' : 'response.completed';
  await send(ending, { response, timings: generated.timings });
  exchange.stream.end();
}

function finished(exchange: Exchange, generated: Generated): object {
  const { measure, promptTokens } = generated;
  const status = isCut(generated) ? 'incomplete' : 'completed';
  return {
    ...head(exchange, status),
    completed_at: Math.floor(exchange.house.clock.wallMs() / 1000),
    incomplete_details: isCut(generated) ? { reason: 'max_output_tokens' } : null,
    output: [message(exchange, generated)],
    usage: {
      input_tokens: promptTokens,
      output_tokens: measure.predicted,
      total_tokens: promptTokens + measure.predicted,
      input_tokens_details: { cached_tokens: measure.cached },
    },
  };
}

function isCut({ answer }: Generated): boolean {
  return answer.stopType === 'limit';
}

function head(exchange: Exchange, status: string): object {
  const id = `resp_demo_${exchange.id}`;
  const created = exchange.createdSeconds;
  return { id, object: 'response', created_at: created, model: exchange.model, status };
}

function message(exchange: Exchange, generated: Generated): object {
  const status = isCut(generated) ? 'incomplete' : 'completed';
  return { ...messageHead(exchange, status), content: [part(generated.text)] };
}

function messageHead(exchange: Exchange, status: string): object {
  return { id: messageId(exchange), role: 'assistant', type: 'message', status };
}

function messageId(exchange: Exchange): string {
  return `msg_demo_${exchange.id}`;
}

function part(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
