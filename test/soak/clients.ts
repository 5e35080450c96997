import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ending, Tally } from './tally.js';

const WEBSOCKET_HEAD =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

/** Header by which a request has a name that is written down with it. */
export const NAME_HEADER = 'X-Soak-Request';

/** Enough of the end of a stream to hold the event that ends a broken one. */
const TAIL_CHARACTERS = 2000;

/** Of the end of an answer, so much is kept. */
const TAIL_SHOWN = 100;

/** What one client wants. */
export interface Wish {
  readonly model: string;
  readonly isStream: boolean;
  readonly query?: string;
  /** The client leaves after so long, milliseconds. */
  readonly leaveMs?: number;
  /** Pause after each piece of the answer, milliseconds: a slow reader. */
  readonly pieceMs?: number;
  /** Drover forgets the figures of a model that a reload removes. */
  readonly isUncounted?: boolean;
}

/** How a request has ended, and of a whole answer which and with what. */
type SeenEnding = Ending & { readonly name?: string; readonly tail?: string };

/** Clients of one Drover. */
export class Clients {
  readonly #base: URL;
  readonly #tally: Tally;
  #lastId = 0;
  readonly #open = new Set<Wish & { bytes: number }>();
  /** Ends of the answers that came whole, with status 200, by the name of the request. */
  readonly wholeAnswers = new Map<string, string>();
  /** A connection for each request: one that is used again may be lost before it is heard. */
  readonly #agent = new Agent({ keepAlive: false });

  constructor(base: URL, tally: Tally) {
    this.#base = base;
    this.#tally = tally;
  }

  /** Sends one request and sees it to its end. */
  async chat(wish: Wish): Promise<void> {
    const { model, isStream, query = '' } = wish;
    this.#tally.did(kindOf(wish));
    const call = this.#post(`/v1/chat/completions${query}`);
    const content = 'Count some sheep, slowly and aloud';
    const messages = [{ role: 'user', content }];
    call.end(JSON.stringify({ model, stream: isStream, max_tokens: 40, messages }));
    const open = { ...wish, bytes: -1 };
    this.#open.add(open);
    // Who leaves does so when the request has been written: it arrives, whatever happens next.
    const ending = await endOf(call, wish, (bytes) => (open.bytes = bytes));
    this.#open.delete(open);
    if (wish.isUncounted) return;
    const { name, tail } = ending;
    if (name && ending.kind === 'answer' && ending.status === 200) {
      this.wholeAnswers.set(name, `${kindOf(wish)}: ${tail?.slice(-TAIL_SHOWN)}`);
    }
    this.#tally.sent(model);
    this.#tally.ended(model, ending);
  }

  /** Requests without an end so far; -1 bytes: without an answer. */
  open(): string[] {
    return [...this.#open].map((one) => JSON.stringify(one));
  }

  /** A POST without body; the status. */
  async post(path: string): Promise<number> {
    const call = this.#post(path);
    call.end();
    const ending = await endOf(call, {});
    return ending.kind === 'answer' ? ending.status : 0;
  }

  /** The text of a page. */
  async get(path: string): Promise<string> {
    let text = '';
    for await (const piece of await this.#read(path)) text += String(piece);
    return text;
  }

  /** Follows a stream without end until the signal. */
  async follow(path: string, signal: AbortSignal): Promise<void> {
    this.#tally.did(`follows ${path}`);
    try {
      for await (const piece of await this.#read(path, signal)) void piece;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Ids of the requests in flight. */
  async inflight(): Promise<string[]> {
    const ending = new AbortController();
    let text = '';
    for await (const piece of await this.#read('/api/events', ending.signal)) {
      text += String(piece);
      if (text.includes('snapshot')) break;
    }
    ending.abort();
    return [...text.matchAll(/\\?"id\\?":\\?"(\d+)\\?",\\?"timestamp/g)].map(([, id]) => id!);
  }

  /** Speaks with a server through an upgraded connection for a while. */
  async websocket(model: string, rounds: number): Promise<void> {
    this.#tally.did('websocket');
    const socket = connect(Number(this.#base.port), this.#base.hostname);
    socket.on('error', () => {});
    const host = `Host: ${this.#base.host}\r\n`;
    let left = rounds;
    socket.on('data', () => {
      left -= 1;
      if (left > 0) socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
      else socket.destroy();
    });
    socket.write(`GET /upstream/${model}/socket HTTP/1.1\r\n${host}${WEBSOCKET_HEAD}\r\n`);
    await once(socket, 'close');
  }

  async #read(path: string, signal?: AbortSignal): Promise<IncomingMessage> {
    const call = request(new URL(path, this.#base), { agent: this.#agent, signal });
    call.end();
    return (await responseTo(call)).setEncoding('utf8');
  }

  #post(path: string): ClientRequest {
    this.#lastId += 1;
    const headers = { 'Content-Type': 'application/json', [NAME_HEADER]: String(this.#lastId) };
    const agent = this.#agent;
    return request(new URL(path, this.#base), { agent, method: 'POST', headers });
  }
}

function kindOf({ isStream, leaveMs, pieceMs }: Wish): string {
  const how = isStream ? 'stream' : 'plain';
  if (leaveMs !== undefined) return `${how}, leaves`;
  return pieceMs === undefined ? how : 'stream, read slowly';
}

/** @param onBytes told how many bytes of the answer have come, as soon as there is one */
async function endOf(
  call: ClientRequest,
  wish: Partial<Wish>,
  onBytes: (bytes: number) => void = () => {},
): Promise<SeenEnding> {
  const leave = new AbortController();
  if (wish.leaveMs !== undefined) {
    const { leaveMs } = wish;
    call.once('finish', () => {
      pause(leaveMs, undefined, { signal: leave.signal }).then(
        () => call.destroy(),
        () => {},
      );
    });
  }
  try {
    const response = await responseTo(call);
    let tail = '';
    let bytes = 0;
    onBytes(bytes);
    // The only reader: another one would set the answer going before this one is there.
    for await (const piece of response) {
      onBytes((bytes += (piece as Buffer).length));
      tail = (tail + String(piece)).slice(-TAIL_CHARACTERS);
      if (wish.pieceMs) await pause(wish.pieceMs);
    }
    // A stream that breaks ends as a whole one does, behind an event that says so.
    if (wish.isStream && /^event: error$/m.test(tail)) return { kind: 'cut' };
    const name = String(call.getHeader(NAME_HEADER));
    return { kind: 'answer', status: response.statusCode ?? 0, name, tail };
  } catch {
    return call.destroyed && wish.leaveMs !== undefined ? { kind: 'left' } : { kind: 'cut' };
  } finally {
    leave.abort();
  }
}

function responseTo(call: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  call.once('response', resolve);
  call.once('error', reject);
  call.once('close', () => reject(new Error('closed')));
  return promise;
}
