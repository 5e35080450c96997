import { describe, expect, it } from 'vitest';
import {
  type Conversation,
  MOST_CONVERSATIONS,
  readConversations,
  titleOf,
  withConversation,
} from './conversations.js';

const talk = (id: string, atMs: number): Conversation => ({ id, title: id, atMs });

describe('readConversations', () => {
  it('takes what is one and leaves out what is not', () => {
    const kept = [talk('a', 1), null, 7, { id: 'b', title: 'b' }, { id: 3, title: '', atMs: 0 }];
    expect(readConversations([...kept, { ...talk('c', NaN) }])).toEqual([talk('a', 1)]);
  });

  it.each([undefined, null, 'x', {}])('takes %j for none', (value) => {
    expect(readConversations(value)).toEqual([]);
  });
});

describe('withConversation', () => {
  it('adds one, newest first', () => {
    expect(withConversation([talk('a', 1)], talk('b', 2))).toEqual([talk('b', 2), talk('a', 1)]);
  });

  it('replaces the one of that name', () => {
    const list = [talk('b', 2), talk('a', 1)];
    expect(withConversation(list, talk('a', 3))).toEqual([talk('a', 3), talk('b', 2)]);
  });

  it('forgets the oldest beyond the limit', () => {
    const full = Array.from({ length: MOST_CONVERSATIONS }, (_, index) => talk(`${index}`, index));
    const list = withConversation(full.toReversed(), talk('new', 1000));
    expect([list.length, list[0]!.id, list.at(-1)!.id]).toEqual([MOST_CONVERSATIONS, 'new', '1']);
  });
});

describe('titleOf', () => {
  it.each([
    [[{ text: 'Tell me\n of  sheep ' }, { text: 'Gladly' }], 'Tell me of sheep'],
    [[{ text: 'x'.repeat(200) }], `${'x'.repeat(79)}…`],
    [[{ text: '' }], 'Untitled'],
    [[], 'Untitled'],
  ])('calls %j %j', (messages, title) => {
    expect(titleOf(messages)).toBe(title);
  });
});
