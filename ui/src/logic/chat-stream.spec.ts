import { describe, expect, it } from 'vitest';
import { chatBody, type ChatEndpoint, readChatEvent } from './chat-stream.js';

const options = { model: 'm', system: 'be brief', temperature: 0.5, maxTokens: 10 };
const image = { dataUrl: 'data:image/png;base64,QUJD' };
const turns = [
  { role: 'user' as const, text: 'hi', images: [image] },
  { role: 'assistant' as const, text: 'ho' },
];

describe('chatBody', () => {
  it('speaks chat completions', () => {
    expect(chatBody('v1/chat/completions', turns, options)).toEqual({
      model: 'm',
      stream: true,
      temperature: 0.5,
      max_tokens: 10,
      messages: [
        { role: 'system', content: 'be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hi' },
            { type: 'image_url', image_url: { url: image.dataUrl } },
          ],
        },
        { role: 'assistant', content: 'ho' },
      ],
    });
  });

  it('speaks messages, with a limit in any case', () => {
    const body = chatBody('v1/messages', turns, { ...options, maxTokens: null });
    expect(body).toMatchObject({ system: 'be brief', max_tokens: 4096 });
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QUJD' } },
          { type: 'text', text: 'hi' },
        ],
      },
      { role: 'assistant', content: 'ho' },
    ]);
  });

  it('speaks responses', () => {
    expect(chatBody('v1/responses', turns, options)).toMatchObject({
      instructions: 'be brief',
      max_output_tokens: 10,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'hi' },
            { type: 'input_image', image_url: image.dataUrl },
          ],
        },
        { role: 'assistant', content: [{ type: 'output_text', text: 'ho' }] },
      ],
    });
  });
});

describe('readChatEvent', () => {
  it.each<[ChatEndpoint, unknown, unknown]>([
    ['v1/chat/completions', { choices: [{ delta: { content: 'a' } }] }, { text: 'a' }],
    ['v1/chat/completions', { choices: [{ delta: { reasoning: 'r' } }] }, { reasoning: 'r' }],
    ['v1/chat/completions', { choices: [] }, null],
    ['v1/chat/completions', { error: { message: 'broken' } }, { error: 'broken' }],
    [
      'v1/messages',
      { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } },
      { text: 'a' },
    ],
    [
      'v1/messages',
      { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 't' } },
      { reasoning: 't' },
    ],
    ['v1/messages', { type: 'message_stop' }, { done: true }],
    ['v1/messages', { type: 'ping' }, null],
    ['v1/responses', { type: 'response.output_text.delta', delta: 'a' }, { text: 'a' }],
    ['v1/responses', { type: 'response.completed' }, { done: true }],
    [
      'v1/responses',
      { type: 'response.failed', response: { error: { message: 'x' } } },
      { error: 'x' },
    ],
    [
      'v1/responses',
      { type: 'response.incomplete', response: { incomplete_details: { reason: 'max' } } },
      { error: 'max' },
    ],
  ])('%s reads %j', (endpoint, event, expected) => {
    const delta = readChatEvent(endpoint, JSON.stringify(event));
    expect(delta && JSON.parse(JSON.stringify(delta))).toEqual(expected);
  });

  it('knows the end mark and skips rubbish', () => {
    expect(readChatEvent('v1/chat/completions', '[DONE]')).toEqual({ done: true });
    expect(readChatEvent('v1/chat/completions', '{oops')).toBeNull();
  });
});
