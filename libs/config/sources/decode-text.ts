/**
 * Text of a configuration file: UTF-8, or UTF-16 with a byte order mark, as some editors of Windows
 * write it.
 *
 * @throws Error that names the line of the first byte that is no UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`line ${lineOfDamage(bytes)} is not UTF-8: save the file with that encoding`);
  }
}

/** The characters before the damage decode to themselves, so they are followed to the first gap. */
function lineOfDamage(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let at = 0;
  let line = 1;
  for (const row of text.split('\n')) {
    const encoded = encoder.encode(row);
    if (encoded.some((byte, index) => bytes[at + index] !== byte)) return line;
    at += encoded.length + 1;
    line += 1;
  }
  return line - 1;
}
