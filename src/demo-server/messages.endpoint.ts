import { readConversation } from './chat-messages.js';
import { chatText } from './demo-answer.js';
import { tokenize } from './demo-tokenizer.js';
import { Exchange, Generated } from './exchange.js';

const STOP_REASONS = { eos: 'end_turn', limit: 'max_tokens', word: 'stop_sequence' } as const;

/** POST `/v1/messages`, in Anthropic's format. */
export async function messagesEndpoint(exchange: Exchange): Promise<void> {
  const { prompt, said } = readConversation(exchange.body['messages'], exchange.body['system']);
  const text = chatText(exchange.model, said);
  if (exchange.wantsStream) return streamMessage(exchange, prompt, text);
  const generated = await exchange.generate(prompt, text);
  exchange.json({
    ...head(exchange),
    content: [{ type: 'text', text: generated.text }],
    ...ending(generated),
    usage: { ...inputUsage(generated), output_tokens: generated.measure.predicted },
  });
}

/** POST `/v1/messages/count_tokens`. */
export async function countTokensEndpoint(exchange: Exchange): Promise<void> {
  const { prompt } = readConversation(exchange.body['messages'], exchange.body['system']);
  exchange.json({ input_tokens: tokenize(prompt).length });
}

async function streamMessage(exchange: Exchange, prompt: string, text: string): Promise<void> {
  const send = (type: string, rest: object = {}): Promise<void> =>
    exchange.stream.send({ type, ...rest }, type);
  let begun = false;
  const begin = async (input: object): Promise<void> => {
    if (begun) return;
    begun = true;
    const usage = { ...input, output_tokens: 0 };
    const empty = { content: [], stop_reason: null, stop_sequence: null, usage };
    await send('message_start', { message: { ...head(exchange), ...empty } });
    const block = { type: 'text', text: '' };
    await send('content_block_start', { index: 0, content_block: block });
  };
  const generated = await exchange.generate(prompt, text, async (piece, soFar) => {
    await begin({ cache_read_input_tokens: soFar.cached, input_tokens: soFar.prompt });
    const delta = { type: 'text_delta', text: piece };
    await send('content_block_delta', { index: 0, delta });
  });
  await begin(inputUsage(generated));
  await send('content_block_stop', { index: 0 });
  const usage = { output_tokens: generated.measure.predicted };
  await send('message_delta', { delta: ending(generated), usage });
  await send('message_stop');
  exchange.stream.end();
}

function head(exchange: Exchange): object {
  const id = `msg_demo_${exchange.id}`;
  return { id, type: 'message', role: 'assistant', model: exchange.model };
}

function ending({ answer }: Generated): object {
  const word = answer.stopType === 'word' ? answer.stoppingWord : null;
  return { stop_reason: STOP_REASONS[answer.stopType], stop_sequence: word };
}

function inputUsage({ measure }: Generated): object {
  return { cache_read_input_tokens: measure.cached, input_tokens: measure.prompt };
}
