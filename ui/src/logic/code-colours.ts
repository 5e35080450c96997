import DOMPurify from 'dompurify';
import highlighter from 'highlight.js/lib/core';
import { GRAMMARS, grammarOf } from './code-languages.js';

/** Longer code stays plain: its colours would cost more than they tell. */
const LONGEST = 50_000;

/** Colours the code below an element whose language is known; its grammar is fetched when needed. */
export async function colourCode(root: HTMLElement): Promise<void> {
  const blocks = [...root.querySelectorAll<HTMLElement>('pre > code[class^="language-"]')];
  for (const block of blocks) {
    const grammar = grammarOf(block.className.slice('language-'.length));
    if (!grammar || block.textContent.length > LONGEST) continue;
    if (!highlighter.getLanguage(grammar)) {
      const { default: language } = await GRAMMARS[grammar]!();
      highlighter.registerLanguage(grammar, language);
    }
    colour(block, grammar);
  }
}

function colour(block: HTMLElement, language: string): void {
  const { value } = highlighter.highlight(block.textContent, { language, ignoreIllegals: true });
  // The highlighter escapes what it is given; this holds even should it once fail to.
  block.innerHTML = DOMPurify.sanitize(value, { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'] });
}
