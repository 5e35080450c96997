import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { BatchingSink } from './batching-sink.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const written: string[] = [];
  const sink = { write: (piece: Uint8Array | string) => void written.push(piece.toString()) };
  const clock = new VirtualClock();
  return { written, clock, batching: new BatchingSink(sink, clock) };
}

describe('BatchingSink', () => {
  it('passes the lines of one turn on in one piece', async () => {
    const { written, clock, batching } = setUp();
    batching.write('a\n');
    batching.write('b\n');
    expect(written).toEqual([]);
    await turn();
    clock.advance(10);
    batching.write('c\n');
    await turn();
    expect(written).toEqual(['a\nb\n', 'c\n']);
  });

  it('passes lines that keep coming on every few milliseconds', async () => {
    const { written, clock, batching } = setUp();
    batching.write('a\n');
    await turn();
    for (const line of ['b\n', 'c\n', 'd\n']) {
      clock.advance(3);
      batching.write(line);
      await turn();
    }
    expect(written).toEqual(['a\n']);
    clock.advance(10);
    expect(written).toEqual(['a\n', 'b\nc\nd\n']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not let very many lines wait', async () => {
    const { written, batching } = setUp();
    const line = `${'x'.repeat(999)}\n`;
    for (let count = 0; count < 20; count += 1) batching.write(line);
    expect(written).toEqual([line.repeat(17)]);
    await turn();
    expect(written.join('')).toBe(line.repeat(20));
  });

  it('keeps the order of lines and bytes', async () => {
    const { written, batching } = setUp();
    batching.write('a\n');
    batching.write(Buffer.from('bytes'));
    batching.write('b\n');
    await turn();
    expect(written).toEqual(['a\n', 'bytes', 'b\n']);
  });

  it('passes nothing on twice', async () => {
    const { written, batching } = setUp();
    batching.write('a\n');
    batching.flush();
    await turn();
    expect(written).toEqual(['a\n']);
  });
});
