import DOMPurify from 'dompurify';
import { Marked } from 'marked';

/** Tags that models write into their Markdown and that cannot carry anything. */
const HARMLESS = /^<\/?(?:br|b|i|em|strong|s|del|sub|sup)\s*\/?>$/i;

const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    // Other HTML is shown as what it is: it is no part of Markdown that anybody has asked for.
    html: ({ text }) => (HARMLESS.test(text.trim()) ? text : escapeHtml(text)),
  },
});

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What a model's answer may contain; everything else is removed. */
const ALLOWED_TAGS = [
  'a',
  'b',
  'blockquote',
  'br',
  'code',
  'del',
  'em',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'i',
  'li',
  'ol',
  'p',
  'pre',
  's',
  'strong',
  'sub',
  'sup',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
  'ul',
];

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
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
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS,
    ALLOWED_ATTR: ['href', 'align', 'start'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  });
}
