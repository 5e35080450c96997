import { ConfigNode, describeNode } from './config-node.interface.js';

/** Keys whose values do not belong into a log. */
const SECRET = /api_?key|token|secret|passw|credential|\.env\b|headers/i;
const LONGEST_TEXT = 80;

/**
 * What the value under a key is, for messages: as {@link describeNode}, but of a secret only that it
 * is a text, and of a long text only its beginning.
 */
export function describeValue(node: ConfigNode, path: string): string {
  if (node.kind !== 'scalar' || node.type === 'null') return describeNode(node);
  if (SECRET.test(path)) return node.type === 'text' ? 'a text' : `a ${node.type}`;
  if (node.text.length <= LONGEST_TEXT) return describeNode(node);
  return `the text ${JSON.stringify(`${node.text.slice(0, LONGEST_TEXT)}…`)}`;
}
