/** A picture of one green dot. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A tenth of a second of silence. */
function silence() {
  const samples = 800;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  return wav;
}

/** What models answer, by path: content type and body of `(request body, query)`. */
export const MODEL_ANSWERS = {
  '/v1/images/generations': () => ['application/json', json({ data: [{ b64_json: PNG }] })],
  '/sdapi/v1/txt2img': ({ batch_size: count = 1 }) => [
    'application/json',
    json({ images: Array.from({ length: count }, () => PNG) }),
  ],
  '/sdapi/v1/loras': () => ['application/json', json([{ name: 'Ink', path: 'ink.safetensors' }])],
  '/v1/audio/speech': () => ['audio/wav', silence()],
  '/v1/audio/voices': () => ['application/json', json({ voices: [{ id: 'ada' }, { id: 'bob' }] })],
  '/v1/audio/transcriptions': (body) => [
    'application/json',
    json({ text: body.includes('filename="sheep.wav"') ? 'Baa, said the sheep.' : 'nothing' }),
  ],
  '/v1/rerank': ({ documents }) => [
    'application/json',
    json({
      results: documents.map((text, index) => ({
        index,
        relevance_score: text.includes('sheep') ? 0.9 : -0.5 - index / 100,
      })),
      usage: { total_tokens: 123 },
    }),
  ],
};

const json = (value) => JSON.stringify(value);

/** Events of a streamed answer on each of the chat endpoints. */
export const CHAT_STREAMS = {
  '/v1/chat/completions': (words) => [
    ...words.map((word) => ({ choices: [{ index: 0, delta: { content: word } }] })),
    '[DONE]',
  ],
  '/v1/messages': (words) => [
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
    ...words.map((text) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text },
    })),
    { type: 'message_stop' },
  ],
  '/v1/responses': (words) => [
    ...words.map((delta) => ({ type: 'response.output_text.delta', delta })),
    { type: 'response.completed' },
  ],
};
