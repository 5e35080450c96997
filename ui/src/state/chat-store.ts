import { type KeptMessage, readHistory } from '../logic/chat-history.js';

const DATABASE = 'drover';
const STORE = 'chat';
const KEY = 'current';
/** Where older pages have kept the conversation. */
const OLD_KEY = 'playground-messages';

/** The conversation that was kept; empty when there is none or this browser keeps nothing. */
export async function loadChat(): Promise<KeptMessage[]> {
  try {
    const kept = await ask<unknown>('readonly', (store) => store.get(KEY));
    if (kept !== undefined) return readHistory(kept);
  } catch {
    // A browser without a database may still have the old list.
  }
  try {
    return readHistory(JSON.parse(localStorage.getItem(OLD_KEY) ?? '[]'));
  } catch {
    return [];
  }
}

/** Keeps a conversation, pictures included: a database has room for them, local storage has not. */
export async function saveChat(messages: readonly KeptMessage[]): Promise<void> {
  try {
    await ask('readwrite', (store) => store.put(messages, KEY));
  } catch {
    // Private windows keep nothing; the conversation lives on while the page does.
  }
}

async function ask<T>(
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = (await settled(opening)) as IDBDatabase;
  try {
    return (await settled(request(database.transaction(STORE, mode).objectStore(STORE)))) as T;
  } finally {
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
