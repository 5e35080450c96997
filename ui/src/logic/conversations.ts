/** One conversation of the Playground, as a list shows it. */
export interface Conversation {
  readonly id: string;
  /** How it begins. */
  readonly title: string;
  /** When something was said last, Unix milliseconds. */
  readonly atMs: number;
}

/** Conversations that are kept; older ones are forgotten. */
export const MOST_CONVERSATIONS = 100;

const LONGEST_TITLE = 80;

/** Reads a kept list; what cannot be read is left out. */
export function readConversations(value: unknown): Conversation[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one: Partial<Conversation> | null): one is Conversation => {
    return typeof one?.id === 'string' && typeof one.title === 'string' && isTime(one.atMs);
  });
}

const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

/** The list with one conversation added or replaced, newest first. */
export function withConversation(
  list: readonly Conversation[],
  one: Conversation,
): readonly Conversation[] {
  return [one, ...list.filter(({ id }) => id !== one.id)]
    .toSorted((a, b) => b.atMs - a.atMs)
    .slice(0, MOST_CONVERSATIONS);
}

/** What a conversation is called: how its first message begins. */
export function titleOf(messages: readonly { readonly text: string }[]): string {
  const text = (messages[0]?.text ?? '').replaceAll(/\s+/g, ' ').trim();
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 1)}…` : text || 'Untitled';
}
