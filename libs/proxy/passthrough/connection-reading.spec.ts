import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { BlockTaker, connectionReading } from './connection-reading.js';

class Taker implements BlockTaker {
  holdsBytes = false;
  isWaiting = false;
  readonly seen: [text: string, connection: unknown][] = [];

  take(bytes: Buffer, connection: Socket): void {
    this.seen.push([bytes.toString(), connection]);
  }
}

function rig() {
  const taker = new Taker();
  const connection = {} as Socket;
  const reading = connectionReading(taker, false);
  const next = reading.buffer as () => Buffer;
  /** A read by the system; tells whether more is wanted, and whether into the same memory. */
  const read = (text: string) => {
    const memory = next();
    memory.write(text);
    const goesOn = reading.callback.call(connection, text.length, memory);
    return { goesOn, isSame: next() === memory };
  };
  return { taker, connection, read };
}

it('hands what is read on at once, and uses its memory again', () => {
  const { taker, connection, read } = rig();
  expect([read('a'), read('bc')]).toEqual([
    { goesOn: true, isSame: true },
    { goesOn: true, isSame: true },
  ]);
  expect(taker.seen).toEqual([
    ['a', connection],
    ['bc', connection],
  ]);
});

it('leaves memory alone that its taker holds', () => {
  const { taker, read } = rig();
  taker.holdsBytes = true;
  expect(read('a')).toEqual({ goesOn: true, isSame: false });
});

it('reads no more while its taker waits, and then into the same memory', () => {
  const { taker, read } = rig();
  taker.isWaiting = true;
  expect(read('a')).toEqual({ goesOn: false, isSame: true });
});

it('takes other memory when bytes are held and more may come', () => {
  const { taker, read } = rig();
  taker.isWaiting = true;
  taker.holdsBytes = true;
  expect(read('a')).toEqual({ goesOn: false, isSame: false });
});
