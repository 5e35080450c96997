import { array, assert, constantFrom, nat, pre, property, record, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordedAnswer } from '../testing/recorded-answer.js';
import { AnswerReader } from './answer-reader.js';
import { WireError } from './wire.error.js';

const OK = 'HTTP/1.1 200 OK\r\n';
/** What may be behind the bytes of a block. */
const BLANK = Buffer.from('\r\n\r\n');
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

interface Reading {
  readonly answer: RecordedAnswer;
  readonly reader: AnswerReader;
  readonly isComplete: boolean;
}

/** Reads blocks, each in the same memory with rubbish behind it, as a connection does. */
function readBlocks(blocks: readonly Buffer[], method = 'POST'): Reading {
  const reader = new AnswerReader();
  const answer = new RecordedAnswer();
  reader.begin(method, answer);
  const most = Math.max(1, ...blocks.map((block) => block.length));
  const memory = Buffer.alloc(most + 16, '\r\n\r\n5\r\n');
  let isComplete = false;
  for (const block of blocks) {
    if (block.length === 0) continue;
    if (isComplete) throw new Error('bytes behind the end of the answer');
    block.copy(memory);
    isComplete = reader.read(memory, block.length);
    memory.fill('0\r\n\r\n');
  }
  return { answer, reader, isComplete };
}

const read = (text: string, method?: string): Reading =>
  readBlocks([Buffer.from(text, 'latin1')], method);

/** The text cut at these offsets. */
function cut(text: string, offsets: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const edges = [0, ...offsets.toSorted((one, other) => one - other), bytes.length];
  return edges.slice(1).map((end, at) => bytes.subarray(edges[at], end));
}

/** What comes of blocks that need not be HTTP. */
function outcomeOf(blocks: readonly Buffer[]): unknown {
  try {
    const { answer, isComplete } = readBlocks(blocks);
    return { isComplete, content: answer.content.toString('latin1'), status: answer.status };
  } catch (error) {
    if (error instanceof WireError) return 'refused';
    if (/bytes behind/.test((error as Error).message)) return 'more';
    throw error;
  }
}

function orRefused(reading: () => unknown): unknown {
  try {
    return reading();
  } catch (error) {
    return error instanceof WireError ? 'refused' : error;
  }
}

const RUBBISH = [
  ...Array.from('\r\n:; 05a\0'),
  ...'HTTP/1.1 |200| OK|\r\n|hello|Content-Length: 5|X-A: 1|Transfer-Encoding: chunked'.split('|'),
  CHUNKED,
  OK,
];

const WELL_FORMED: readonly (readonly [name: string, text: string, content: string])[] = [
  ['a length', `${OK}Content-Length: 5\r\n\r\nhello`, 'hello'],
  ['no content', `${OK}Content-Length: 0\r\n\r\n`, ''],
  ['status 204', 'HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n', ''],
  ['one chunk', `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`, 'hello'],
  ['many chunks', `${CHUNKED}1\r\nh\r\n0003\r\nell\r\n1\r\no\r\n000\r\n\r\n`, 'hello'],
  ['chunks full of line ends', `${CHUNKED}8\r\n\r\n0\r\n\r\n\r\r\n0\r\n\r\n`, '\r\n0\r\n\r\n\r'],
  ['large and small digits', `${CHUNKED}A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n`, ''],
  ['extensions', `${CHUNKED}5;a="b";c\r\nhello\r\n0;x\r\n\r\n`, 'hello'],
  ['trailers', `${CHUNKED}5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-T:\r\n\r\n`, 'hello'],
  [
    'interim answers',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
    'hi',
  ],
];

describe('AnswerReader', () => {
  it.each(WELL_FORMED)('reads an answer with %s the same however it is cut', (_name, text) => {
    const whole = read(text);
    expect(whole.isComplete).toBe(true);
    const { content, trailers, headers, interim } = whole.answer;
    const same = { content, trailers, headers, interim, isComplete: true };
    for (let one = 0; one <= text.length; one += 1) {
      for (let other = one; other <= text.length; other += 1) {
        const { answer, reader } = readBlocks(cut(text, [one, other]));
        expect(answer).toMatchObject(same);
        expect(reader.keepsAlive).toBe(true);
      }
    }
    const single = readBlocks(
      cut(
        text,
        Array.from(text, (_, at) => at),
      ),
    );
    expect(single.answer).toMatchObject(same);
  });

  it.each(WELL_FORMED.filter(([name]) => !name.startsWith('large')))(
    'finds the content of %s',
    (_name, text, content) => {
      expect(read(text).answer.content.toString()).toBe(content);
    },
  );

  it('reads chunks of any content, cut anywhere, and passes only whole plain ones as they are', () => {
    const chunk = record({
      content: uint8Array({ minLength: 1, maxLength: 40 }),
      zeros: nat(3),
      extension: constantFrom('', '', '', ';x', ';a=b'),
    });
    assert(
      property(array(chunk), array(nat(600)), (chunks, offsets) => {
        const body = chunks.map(({ content, zeros, extension }) => {
          const size = '0'.repeat(zeros) + content.length.toString(16);
          return `${size}${extension}\r\n${Buffer.from(content).toString('latin1')}\r\n`;
        });
        const text = `${CHUNKED}${body.join('')}0\r\n\r\n`;
        const inside = offsets.filter((offset) => offset < text.length);
        const { answer, isComplete } = readBlocks(cut(text, inside));
        expect(isComplete).toBe(true);
        const content = Buffer.concat(chunks.map((one) => one.content));
        expect(answer.content.equals(content)).toBe(true);
        // What passes framed is valid by itself: it can be read again.
        const again = read(`${CHUNKED}${answer.framing}0\r\n\r\n`);
        expect(again.isComplete).toBe(true);
        expect(again.answer.framing).toBe(answer.framing);
        expect(answer.framing).not.toContain(';x\r\n');
      }),
    );
  });

  it('passes whole chunks with their framing', () => {
    const { answer } = read(`${CHUNKED}5\r\nhello\r\n03\r\nyou\r\n4\r\ncu`);
    expect(answer.framing).toBe('5\r\nhello\r\n03\r\nyou\r\n');
    expect(answer.content.toString()).toBe('helloyoucu');
  });

  it('reads up to the end of the connection where nothing else is said', () => {
    const { answer, reader, isComplete } = readBlocks(cut(`${OK}\r\nhello`, [3, 20]));
    expect([isComplete, answer.isComplete]).toEqual([false, false]);
    expect(reader.end()).toBe(true);
    expect(answer).toMatchObject({ isComplete: true, content: Buffer.from('hello') });
    expect(reader.keepsAlive).toBe(false);
  });

  it.each([
    `${OK}Content-Length: 5\r\n\r\nhell`,
    `${CHUNKED}5\r\nhello\r\n`,
    `${CHUNKED}5\r\nhello\r\n0\r\n`,
    'HTTP/1.1 200 OK\r\nConte',
    'HTTP/1.1 100 Continue\r\n\r\n',
  ])('takes a connection that ends after %j for broken', (text) => {
    const { answer, reader, isComplete } = read(text);
    expect([isComplete, reader.end(), answer.isComplete]).toEqual([false, false, false]);
  });

  it.each([
    [`${OK}Content-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`, 'hi'],
    [`${CHUNKED}2\r\nhi\r\n0\r\n\r\nX`, 'hi'],
    [`HTTP/1.1 204 No Content\r\n\r\nhi`, ''],
  ])('does not let a connection be used again on which %j came', (text, content) => {
    const { answer, reader, isComplete } = read(text);
    expect([isComplete, answer.content.toString()]).toEqual([true, content]);
    expect(reader.keepsAlive).toBe(false);
  });

  it.each([
    'SSH-2.0-OpenSSH_9.2\r\n\r\n',
    'HTTP/1.1 200 OK\n\nhello',
    'HTTP/1.1 200 OK\nContent-Length: 5\n',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n'.repeat(101),
    `${CHUNKED}hello`,
    `${CHUNKED}\r\n`,
    `${CHUNKED};x\r\n`,
    `${CHUNKED}-5\r\nhello\r\n`,
    `${CHUNKED}+5\r\nhello\r\n`,
    `${CHUNKED} 5\r\nhello\r\n`,
    `${CHUNKED}5 \r\nhello\r\n`,
    `${CHUNKED}0x5\r\nhello\r\n`,
    `${CHUNKED}5\nhello\r\n`,
    `${CHUNKED}5\rXhello\r\n`,
    `${CHUNKED}5\r\nhello\n`,
    `${CHUNKED}5\r\nhelloo\r\n`,
    `${CHUNKED}5\r\nhello0\r\n\r\n`,
    `${CHUNKED}5;a\nb\r\nhello\r\n`,
    `${CHUNKED}5;a\0b\r\nhello\r\n`,
    `${CHUNKED}5;${'x'.repeat(20_000)}\r\nhello\r\n`,
    `${CHUNKED}10000000000000000\r\nhello\r\n`,
    `${CHUNKED}00000000000000005\r\nhello\r\n`,
    `${CHUNKED}0\r\nX Y: 1\r\n\r\n`,
    `${CHUNKED}0\r\n X: 1\r\n\r\n`,
    `${CHUNKED}0\r\nX: 1\nY: 2\r\n`,
  ])('refuses %j however it is cut', (text) => {
    const refused = expect.objectContaining({ code: 'WIRE_BAD_RESPONSE' });
    expect(() => read(text)).toThrow(refused);
    const step = text.length > 1000 ? 997 : 1;
    for (let at = 1; at < text.length; at += step) {
      expect(() => readBlocks(cut(text, [at]))).toThrow(refused);
    }
  });

  it.each(['\0', 'S', 'HTTP/2', 'http/1.1 200'])('does not wait for more of %j', (text) => {
    const refused = expect.objectContaining({ code: 'WIRE_BAD_RESPONSE' });
    expect(() => read(text)).toThrow(refused);
  });

  it('refuses heads and trailers without end', () => {
    const overflow = expect.objectContaining({ code: 'WIRE_HEADERS_OVERFLOW' });
    const line = `X-Long: ${'x'.repeat(1000)}\r\n`;
    expect(() => read(OK + line.repeat(300))).toThrow(overflow);
    expect(() => read(`${OK + line.repeat(300)}\r\n`)).toThrow(overflow);
    expect(() => read(`${CHUNKED}0\r\n${line.repeat(100)}`)).toThrow(overflow);
  });

  it('either refuses rubbish or reads it the same however it is cut', () => {
    assert(
      property(
        array(constantFrom(...RUBBISH), { maxLength: 30 }),
        array(nat(200)),
        (parts, offsets) => {
          const text = parts.join('');
          const whole = outcomeOf(cut(text, []));
          const inside = offsets.filter((offset) => offset < text.length);
          const inParts = outcomeOf(cut(text, inside));
          pre(inParts !== 'more');
          expect(inParts).toEqual(whole);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('hands nothing more over once nobody wants the answer', () => {
    const reader = new AnswerReader();
    const answer = new RecordedAnswer();
    answer.data = () => reader.drop();
    reader.begin('POST', answer);
    const text = Buffer.from(`${CHUNKED}1\r\na\r\n1\r\nb\r\n0\r\n\r\n`);
    expect(reader.read(text, text.length)).toBe(true);
    expect(answer.isComplete).toBe(false);
  });

  const LENGTH_5 = `${OK}Content-Length: 5\r\n`;

  it.each([
    ['the same', `${LENGTH_5}\r\n`, [200, 'hello']],
    ['one with a header more', `${LENGTH_5}X-A: 1\r\n\r\n`, [200, 'hello']],
    ['one with another length', `${OK}Content-Length: 6\r\n\r\n`, [200, 'hello!']],
    ['one with another status', `HTTP/1.1 201 OK\r\nContent-Length: 5\r\n\r\n`, [201, 'hello']],
    ['one that goes on where the first one ended', `${LENGTH_5}\r\r\n\r\n`, 'refused'],
    ['one with bare line feeds', `${LENGTH_5}\n\n`, 'refused'],
  ])('reads behind one head %s, however it is cut', (_what, head, expected) => {
    const text = `${head}${head.includes(': 6') ? 'hello!' : 'hello'}`;
    for (let at = 0; at <= text.length; at += 1) {
      const reader = new AnswerReader();
      const take = (blocks: readonly Buffer[]): unknown => {
        const answer = new RecordedAnswer();
        reader.begin('POST', answer);
        for (const block of blocks) reader.read(Buffer.concat([block, BLANK]), block.length);
        return [answer.status, answer.content.toString('latin1')];
      };
      expect(take(cut(`${LENGTH_5}\r\nhello`, []))).toEqual([200, 'hello']);
      expect(orRefused(() => take(cut(text, [at])))).toEqual(expected);
    }
  });

  it('reads an answer without content by the request, also behind the same head', () => {
    const reader = new AnswerReader();
    const statuses = ['GET', 'HEAD', 'GET'].map((method) => {
      const answer = new RecordedAnswer();
      reader.begin(method, answer);
      const block = Buffer.from(`${LENGTH_5}\r\n${method === 'HEAD' ? '' : 'hello'}`);
      const isComplete = reader.read(block, block.length);
      return [isComplete, answer.content.length];
    });
    expect(statuses[0]).toEqual([true, 5]);
    expect(statuses[1]![1]).toBe(0);
    expect(statuses[2]).toEqual([true, 5]);
  });
});
