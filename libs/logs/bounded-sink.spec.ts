import { describe, expect, it } from 'vitest';
import { BoundedSink } from './bounded-sink.js';

function setUp() {
  const written: string[] = [];
  const stream = {
    writableLength: 0,
    write: (piece: Uint8Array | string) => void written.push(Buffer.from(piece).toString()),
  };
  return { written, stream, sink: new BoundedSink(stream, 10) };
}

describe('BoundedSink', () => {
  it('passes on what is read', () => {
    const { sink, written } = setUp();
    sink.write('one');
    sink.write(Buffer.from('two'));
    expect(written).toEqual(['one', 'two']);
  });

  it('drops while nobody reads and says afterwards how much', () => {
    const { sink, stream, written } = setUp();
    stream.writableLength = 8;
    sink.write('€');
    sink.write(Buffer.from('four'));
    sink.write('ok');
    stream.writableLength = 0;
    sink.write('next');
    expect(written).toEqual(['\n— 7 bytes dropped —\n', 'ok', 'next']);
  });
});
