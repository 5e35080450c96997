import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  /** 0 when the connection closed without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Everything that was received. */
  readonly text: string;
}

/**
 * Sends a request head byte by byte as given, which no client library would, and reads until the
 * server closes the connection. A request line alone gets the headers that make it complete.
 */
export async function sendRaw(base: string, head: string | Buffer): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(base);
  const isLine = typeof head === 'string' && !head.includes('\r\n');
  const rest = `\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  const text = await exchange({ hostname, port: Number(port) }, isLine ? head + rest : head);
  return parseAnswer(text);
}

/** Splits the first answer of a connection into its parts. */
export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const at = field.indexOf(':');
      return [field.slice(0, at).toLowerCase(), field.slice(at + 1).trim()];
    }),
  );
  const raw = body.join('\r\n\r\n');
  const chunked = headers['transfer-encoding'] === 'chunked';
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0);
  return { status, headers, body: chunked ? dechunk(raw) : raw, text };
}

function exchange(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  bytes: string | Buffer,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, hostname);
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(text));
    socket.write(bytes, 'latin1');
  });
}

function dechunk(raw: string): string {
  let text = '';
  let rest = raw;
  while (rest !== '') {
    const at = rest.indexOf('\r\n');
    const size = Number.parseInt(rest, 16);
    if (!(size > 0)) break;
    text += rest.slice(at + 2, at + 2 + size);
    rest = rest.slice(at + 4 + size);
  }
  return text;
}
