import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { BlockTaker, connectionReading } from './connection-reading.js';

/** The connection, which somebody reads as it comes or nobody does. */
class Connection extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

class Taker implements BlockTaker {
  holdsBytes = false;
  isWaiting = false;

  take(hand: () => void): void {
    hand();
  }
}

function rig() {
  const taker = new Taker();
  const connection = new Connection();
  const reading = connectionReading(taker);
  const next = reading.buffer as () => Buffer;
  /** A read by the system; tells whether more is wanted, and whether into the same memory. */
  const read = (text: string) => {
    const memory = next();
    memory.write(text);
    const goesOn = reading.callback.call(connection as unknown as Socket, text.length, memory);
    return { goesOn, isSame: next() === memory };
  };
  return { taker, connection, read };
}

it('hands what is read on at once, and uses its memory again', () => {
  const { connection, read } = rig();
  const seen: string[] = [];
  connection.on('data', (data: Buffer) => seen.push(data.toString())).resume();
  connection.read(0);
  expect([read('a'), read('bc')]).toEqual([
    { goesOn: true, isSame: true },
    { goesOn: true, isSame: true },
  ]);
  expect(seen).toEqual(['a', 'bc']);
});

it('leaves memory alone that its taker holds', () => {
  const { taker, connection, read } = rig();
  connection.on('data', () => undefined).read(0);
  taker.holdsBytes = true;
  expect(read('a')).toEqual({ goesOn: true, isSame: false });
});

it('reads no more while its taker waits, and then into the same memory', () => {
  const { taker, connection, read } = rig();
  connection.on('data', () => undefined).read(0);
  taker.isWaiting = true;
  expect(read('a')).toEqual({ goesOn: false, isSame: true });
});

it('keeps what nobody wants yet, and reads no more', () => {
  const { connection, read } = rig();
  expect(read('a')).toEqual({ goesOn: false, isSame: false });
  expect(String(connection.read())).toBe('a');
});
