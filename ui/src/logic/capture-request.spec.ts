import { describe, expect, it } from 'vitest';
import { conversationOf, curlCommand } from './capture-request.js';

describe('conversationOf', () => {
  it.each([
    [
      'chat completions',
      {
        model: 'a',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: [{ type: 'text', text: 'Hi' }, { type: 'image_url' }] },
          { role: 'assistant', content: null, tool_calls: [{ id: 'x' }] },
        ],
      },
      [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', text: 'Hi\n[image]' },
        { role: 'assistant', text: '{"id":"x"}' },
      ],
    ],
    [
      'messages',
      { model: 'a', system: 'S', messages: [{ role: 'user', content: 'Hi' }] },
      [
        { role: 'system', text: 'S' },
        { role: 'user', text: 'Hi' },
      ],
    ],
    ['responses with one text', { model: 'a', input: 'Hi' }, [{ role: 'user', text: 'Hi' }]],
    [
      'responses with a list',
      { model: 'a', instructions: 'S', input: [{ type: 'function_call_output', output: '42' }] },
      [
        { role: 'system', text: 'S' },
        { role: 'function_call_output', text: '42' },
      ],
    ],
  ])('reads %s', (_name, body, messages) => {
    expect(conversationOf(JSON.stringify(body))).toEqual({ model: 'a', messages });
  });

  it.each(['', 'x', '[]', 'null', '{"prompt":"x"}', '{"input":7}'])(
    'finds no conversation in %j',
    (body) => {
      expect(conversationOf(body)).toBeNull();
    },
  );
});

describe('curlCommand', () => {
  it('quotes for a shell, leaves out what curl writes, and never a redacted key', () => {
    const headers = {
      Host: 'x',
      'Content-Type': 'application/json',
      Authorization: '[REDACTED]',
      Cookie: '[REDACTED]',
      'Content-Length': '3',
    };
    expect(curlCommand('http://h/v1/x', headers, `{"a":"it's $(id)"}`)).toBe(
      [
        String.raw`curl 'http://h/v1/x' \ `.trim(),
        String.raw`  -H 'Content-Type: application/json' \ `.trimEnd(),
        String.raw`  -H "Authorization: Bearer $DROVER_API_KEY" \ `.trimEnd(),
        String.raw`  --data-raw '{"a":"it'\''s $(id)"}'`,
      ].join('\n'),
    );
  });
});
