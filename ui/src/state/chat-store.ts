import { type KeptMessage, readHistory } from '../logic/chat-history.js';
import {
  type Conversation,
  readConversations,
  titleOf,
  withConversation,
} from '../logic/conversations.js';

const DATABASE = 'drover';
const STORE = 'chat';
const LIST = 'conversations';
/** The one conversation that older pages have kept; it goes on under this name. */
export const FIRST_CONVERSATION = 'current';
/** Where still older pages have kept it. */
const OLD_KEY = 'playground-messages';

/** The conversations that are kept, newest first; none when this browser keeps nothing. */
export async function keptConversations(): Promise<readonly Conversation[]> {
  try {
    const list = await ask('readonly', (store) => store.get(LIST));
    if (list !== undefined) return readConversations(list);
  } catch {
    // A browser without a database may still have the old list.
  }
  const first = await keptMessages(FIRST_CONVERSATION);
  if (first.length === 0) return [];
  return [{ id: FIRST_CONVERSATION, title: titleOf(first), atMs: Date.now() }];
}

/** What was said in a conversation; nothing when it is not kept. */
export async function keptMessages(id: string): Promise<KeptMessage[]> {
  try {
    const kept = await ask('readonly', (store) => store.get(id));
    if (kept !== undefined) return readHistory(kept);
  } catch {
    // As above.
  }
  if (id !== FIRST_CONVERSATION) return [];
  try {
    return readHistory(JSON.parse(localStorage.getItem(OLD_KEY) ?? '[]'));
  } catch {
    return [];
  }
}

/** Keeps a conversation, pictures included: a database has room for them, local storage has not. */
export function keepConversation(
  one: Conversation,
  messages: readonly KeptMessage[],
): Promise<void> {
  return change((list, store) => {
    store.put(messages, one.id);
    const next = withConversation(list, one);
    const kept = new Set(next.map(({ id }) => id));
    for (const { id } of list) if (!kept.has(id)) store.delete(id);
    return next;
  });
}

/** Forgets a conversation. */
export function forgetConversation(id: string): Promise<void> {
  return change((list, store) => {
    if (id === FIRST_CONVERSATION) localStorage.removeItem(OLD_KEY);
    store.delete(id);
    return list.filter((other) => other.id !== id);
  });
}

/** Changes the list in one piece, so that another tab's conversations stay in it. */
async function change(
  edit: (list: readonly Conversation[], store: IDBObjectStore) => readonly Conversation[],
): Promise<void> {
  try {
    await ask('readwrite', (store) => {
      const reading = store.get(LIST);
      reading.addEventListener('success', () => {
        store.put(edit(readConversations(reading.result), store), LIST);
      });
      return reading;
    });
  } catch {
    // Private windows keep nothing; the conversation lives on while the page does.
  }
}

async function ask(
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = (await settled(opening)) as IDBDatabase;
  try {
    return await settled(request(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    // It closes once what has been asked for is done.
    database.close();
  }
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () =>
      reject(request.error ?? new Error('the database does not answer')),
    );
  });
}
