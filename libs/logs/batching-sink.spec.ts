import { describe, expect, it } from 'vitest';
import { BatchingSink } from './batching-sink.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const written: string[] = [];
  const sink = { write: (piece: Uint8Array | string) => void written.push(piece.toString()) };
  return { written, batching: new BatchingSink(sink) };
}

describe('BatchingSink', () => {
  it('passes the lines of one turn on in one piece', async () => {
    const { written, batching } = setUp();
    batching.write('a\n');
    batching.write('b\n');
    expect(written).toEqual([]);
    await turn();
    batching.write('c\n');
    await turn();
    expect(written).toEqual(['a\nb\n', 'c\n']);
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
