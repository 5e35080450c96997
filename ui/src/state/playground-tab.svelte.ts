import { isOneOf, stored } from './stored.svelte.js';

/** The tabs of the Playground: the name that is kept, and the one that is shown. */
export const PLAYGROUND_TABS = [
  ['chat', 'Chat'],
  ['images', 'Images'],
  ['speech', 'Speech'],
  ['audio', 'Transcription'],
  ['rerank', 'Rerank'],
  ['concurrency', 'Load Test'],
] as const;

/** A tab of the Playground. */
export type PlaygroundTab = (typeof PLAYGROUND_TABS)[number][0];

/** The tab that is chosen. */
export const playgroundTab = stored<PlaygroundTab>(
  'playground-selected-tab',
  'chat',
  isOneOf(...PLAYGROUND_TABS.map(([id]) => id)),
);

/** Name of a tab for people. */
export function playgroundTabName(tab: PlaygroundTab): string {
  return PLAYGROUND_TABS.find(([id]) => id === tab)![1];
}
