import { expect, it } from 'vitest';
import { readHistory } from './chat-history.js';

const PICTURE = 'data:image/png;base64,AAAA';
const message = (more: object) => ({
  role: 'user',
  text: '',
  reasoning: '',
  reasoningMs: null,
  images: [],
  ...more,
});

it.each([
  [
    'its own form',
    [message({ text: 'a', reasoningMs: 5 })],
    [message({ text: 'a', reasoningMs: 5 })],
  ],
  [
    'the form of older pages',
    [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'hi', reasoning_content: 'hm', reasoningTimeMs: 1200 },
    ],
    [
      message({ text: 'hello' }),
      message({ role: 'assistant', text: 'hi', reasoning: 'hm', reasoningMs: 1200 }),
    ],
  ],
  [
    'parts of text and pictures',
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what is it?' },
          { type: 'image_url', image_url: { url: PICTURE } },
        ],
      },
    ],
    [message({ text: 'what is it?', images: [{ dataUrl: PICTURE }] })],
  ],
  [
    'only pictures that are in the conversation itself',
    [{ role: 'user', text: 'x', images: [{ dataUrl: 'https://evil.example/x.png' }, null, 7] }],
    [message({ text: 'x' })],
  ],
  [
    'nothing that it does not know',
    [null, 7, { role: 'system', content: 'x' }, { role: 'user' }],
    [],
  ],
  ['no list', { role: 'user' }, []],
])('reads %s', (_, kept, expected) => {
  expect(readHistory(kept)).toEqual(expected);
});
