import { NO_NOTES } from '../http/request-ids.js';

/** What is noted about a request, by name. */
export type CallNotes = Readonly<Record<string, string>>;

/** Nearly all notes are priorities, of which there are few; names come from clients. */
const MOST_SHARED = 100;

const shared = new Map<string, Map<string, CallNotes>>();
let sharedCount = 0;

/** The notes with one more; a note that is the only one is the same object for all requests that have it. */
export function withNote(notes: CallNotes, name: string, value: string): CallNotes {
  if (notes !== NO_NOTES) return { ...notes, [name]: value };
  return shared.get(name)?.get(value) ?? share(name, value);
}

function share(name: string, value: string): CallNotes {
  const notes = Object.freeze({ [name]: value });
  if (sharedCount >= MOST_SHARED) return notes;
  sharedCount += 1;
  const byValue = shared.get(name) ?? new Map<string, CallNotes>();
  shared.set(name, byValue.set(value, notes));
  return notes;
}
