import { describe, expect, it } from 'vitest';
import { answersText, rebuildAnswers } from './capture-answer.js';

const sse = (...events: unknown[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + 'data: [DONE]\n\n';
const chunk = (delta: unknown, index = 0) => ({ choices: [{ index, delta }] });

describe('rebuildAnswers', () => {
  it.each([
    [
      'the chat API, with reasoning and rubbish between',
      '/v1/chat/completions',
      `${sse(chunk({ reasoning_content: 'hm' }), chunk({ content: 'a' }))}data: oops\n\n${sse(chunk({ content: 'b' }))}`,
      [{ reasoning: 'hm', text: 'ab', tools: [] }],
    ],
    [
      'parallel choices',
      '/v1/chat/completions',
      sse(chunk({ content: 'x' }, 1), chunk({ content: 'y' }, 0), chunk({ content: 'z' }, 1)),
      [
        { reasoning: '', text: 'y', tools: [] },
        { reasoning: '', text: 'xz', tools: [] },
      ],
    ],
    [
      'calls of tools in pieces',
      '/v1/chat/completions',
      sse(
        chunk({ tool_calls: [{ index: 0, function: { name: 'look', arguments: '{"a"' } }] }),
        chunk({ tool_calls: [{ index: 1, function: { name: 'run', arguments: '{}' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      ),
      [
        {
          reasoning: '',
          text: '',
          tools: [
            { name: 'look', input: '{"a":1}' },
            { name: 'run', input: '{}' },
          ],
        },
      ],
    ],
    [
      'the messages API',
      '/v1/messages',
      sse(
        { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'h' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'x' } },
        {
          type: 'content_block_start',
          index: 2,
          content_block: { type: 'tool_use', name: 'look' },
        },
        {
          type: 'content_block_delta',
          index: 2,
          delta: { type: 'input_json_delta', partial_json: '{}' },
        },
      ),
      [{ reasoning: 'h', text: 'x', tools: [{ name: 'look', input: '{}' }] }],
    ],
    [
      'the responses API',
      '/v1/responses',
      sse(
        { type: 'response.output_text.delta', output_index: 0, delta: 'x' },
        {
          type: 'response.output_item.added',
          output_index: 1,
          item: { type: 'function_call', name: 'look' },
        },
        { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a":1}' },
      ),
      [{ reasoning: '', text: 'x', tools: [{ name: 'look', input: '{"a":1}' }] }],
    ],
    [
      'old completions',
      '/v1/completions',
      sse({ choices: [{ text: 'old' }] }),
      [{ reasoning: '', text: 'old', tools: [] }],
    ],
    [
      'the llama.cpp form',
      '/completion',
      sse({ content: 'a' }, { content: 'b' }),
      [{ reasoning: '', text: 'ab', tools: [] }],
    ],
    ['nothing', '/v1/chat/completions', '', [{ reasoning: '', text: '', tools: [] }]],
  ])('rebuilds %s', (_name, path, stream, expected) => {
    expect(rebuildAnswers(path, stream)).toEqual(expected);
  });
});

it('writes answers as a text to copy', () => {
  const tools = [{ name: 'look', input: '{}' }];
  expect(answersText([{ reasoning: 'hm', text: 'a', tools }])).toBe('hm\n\na\n\nlook({})');
});
