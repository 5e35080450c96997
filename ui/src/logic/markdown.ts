import DOMPurify from 'dompurify';
import { Marked, type TokenizerAndRendererExtension } from 'marked';

/** Of its own, so that its rules bind nothing else. */
const purifier = DOMPurify(window);

/** Tags that models write into their Markdown and that cannot carry anything. */
const HARMLESS = /^<\/?(?:br|b|i|em|strong|s|del|sub|sup)\s*\/?>$/i;

/** Classes of elements that are worked on later: the language of code, and formulas. */
const KNOWN_CLASS = /^(?:language-[\w+#.-]{1,32}|formula|formula-block)$/;

/**
 * A formula becomes code that names itself a formula, with its TeX as text: that is what is seen when it
 * cannot be drawn.
 */
function formula(
  name: string,
  level: 'block' | 'inline',
  expressions: readonly RegExp[],
): TokenizerAndRendererExtension {
  return {
    name,
    level,
    start: (text) => {
      const at = text.search(level === 'block' ? /^ {0,3}(?:\$\$|\\\[)/m : /\$|\\\(|\\\[/);
      return at < 0 ? undefined : at;
    },
    tokenizer: (text) => {
      for (const expression of expressions) {
        const match = expression.exec(text);
        if (match) return { type: name, raw: match[0], text: match[1]!.trim() };
      }
      return undefined;
    },
    renderer: (token) => {
      const isBlock = level === 'block' || /^(?:\$\$|\\\[)/.test(token.raw);
      const code = `<code class="formula${isBlock ? '-block' : ''}">${escapeHtml(token.text)}</code>`;
      return level === 'block' ? `<p>${code}</p>\n` : code;
    },
  };
}

const marked = new Marked({
  gfm: true,
  breaks: false,
  extensions: [
    formula('formulaBlock', 'block', [
      /^ {0,3}\$\$[ \t]*\n([\s\S]+?)\n[ \t]*\$\$[ \t]*(?:\n|$)/,
      /^ {0,3}\\\[[ \t]*\n([\s\S]+?)\n[ \t]*\\\][ \t]*(?:\n|$)/,
      /^ {0,3}\$\$((?:(?!\n\s*\n)[\s\S])+?)\$\$[ \t]*(?:\n|$)/,
      /^ {0,3}\\\[((?:(?!\n\s*\n)[\s\S])+?)\\\][ \t]*(?:\n|$)/,
    ]),
    formula('formulaInline', 'inline', [
      /^\$\$((?:[^$\\]|\\[\s\S])+?)\$\$/,
      /^\\\[([\s\S]+?)\\\]/,
      /^\\\(([\s\S]+?)\\\)/,
      // A dollar before a blank, and one before a digit, are amounts of money.
      /^\$(?![\s$])((?:[^$\\\n]|\\[^\n])*?(?:[^\s$\\]|\\[^\s]))\$(?!\d)/,
    ]),
  ],
  renderer: {
    // Other HTML is shown as what it is: it is no part of Markdown that anybody has asked for.
    html: ({ text }) => (HARMLESS.test(text.trim()) ? text : escapeHtml(text)),
  },
});

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What a model's answer may contain; everything else is removed. */
const ALLOWED_TAGS =
  'a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong sub sup table tbody td th thead tr ul';

purifier.addHook('uponSanitizeAttribute', (_node, attribute) => {
  if (attribute.attrName === 'class') attribute.keepAttr = KNOWN_CLASS.test(attribute.attrValue);
});

purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
});

/**
 * Turns a model's Markdown into HTML that is safe to put on a page of this origin: tags and attributes
 * come from an allow-list, links open elsewhere without an opener.
 */
export function renderMarkdown(source: string): string {
  const html = marked.parse(source, { async: false });
  return purifier.sanitize(html, {
    ALLOWED_TAGS: ALLOWED_TAGS.split(' '),
    ALLOWED_ATTR: ['href', 'align', 'start', 'class'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  });
}
