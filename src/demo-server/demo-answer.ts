import { tokenize } from './demo-tokenizer.js';

/** What limits an answer. */
export interface AnswerLimits {
  /** Most tokens, or null for as many as the text has. */
  readonly maxTokens: number | null;
  /** Tokens that still fit into the slot's context. */
  readonly room: number;
  /** Texts at which the answer ends; they are left out. */
  readonly stop: readonly string[];
  /** Go on until `maxTokens` or the context is used up. */
  readonly ignoreEos: boolean;
}

/** An answer, known in full before its first token is sent. */
export interface Answer {
  readonly pieces: readonly string[];
  /** Why it ends, in llama-server's words. */
  readonly stopType: 'eos' | 'limit' | 'word';
  /** The stop text that was met, or empty. */
  readonly stoppingWord: string;
}

const LONGEST_QUOTE = 160;

/** What the demo model says to a chat message: that it is a demo, and what it was told. */
export function chatText(model: string, said: string): string {
  return (
    `This is ${model}, a demo model that comes with Drover. No language model is running here, ` +
    `so this answer is made up: it only shows that your request arrived, that the right model ` +
    `was started for it, and that its answer streams. You wrote: "${quote(said)}"`
  );
}

/** How the demo model continues a text. */
export function completionText(model: string, prompt: string): string {
  return (
    ` (Here ${model}, a demo model without any language model behind it, would continue ` +
    `the text of ${tokenize(prompt).length} tokens.)`
  );
}

/** Cuts or stretches a text to the limits of a request. */
export function planAnswer(text: string, limits: AnswerLimits): Answer {
  const wanted = Math.min(limits.maxTokens ?? Number.POSITIVE_INFINITY, limits.room);
  const stop = firstStop(text, limits.stop);
  const spoken = tokenize(stop ? text.slice(0, stop.at) : text).map(({ piece }) => piece);
  if (stop === null && limits.ignoreEos) stretch(spoken, wanted);
  if (spoken.length > wanted) {
    return { pieces: spoken.slice(0, wanted), stopType: 'limit', stoppingWord: '' };
  }
  if (stop) return { pieces: spoken, stopType: 'word', stoppingWord: stop.word };
  const full = limits.ignoreEos && spoken.length === wanted;
  return { pieces: spoken, stopType: full ? 'limit' : 'eos', stoppingWord: '' };
}

function firstStop(text: string, words: readonly string[]): { at: number; word: string } | null {
  const hits = words
    .filter((word) => word !== '')
    .map((word) => ({ at: text.indexOf(word), word }))
    .filter(({ at }) => at >= 0);
  return hits.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

function stretch(pieces: string[], wanted: number): void {
  for (let line = 1; pieces.length < wanted; line += 1) {
    const more = tokenize(` This is demo sentence number ${line}.`).map(({ piece }) => piece);
    pieces.push(...more.slice(0, wanted - pieces.length));
  }
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= LONGEST_QUOTE) return line;
  return `${characters.slice(0, LONGEST_QUOTE).join('')}…`;
}
