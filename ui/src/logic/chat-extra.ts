/** Fields that carry the conversation itself: replacing them would send another one. */
const OWN = ['messages', 'input', 'stream'];

/** Reads the fields that a user adds to each request: an object, or a text that says what is wrong. */
export function readExtra(text: string): Readonly<Record<string, unknown>> | string {
  if (!text.trim()) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'This is not JSON; requests go out without it.';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'This is not a JSON object; requests go out without it.';
  }
  const own = OWN.find((name) => name in value);
  return own ? `"${own}" is written by the conversation itself.` : { ...value };
}
