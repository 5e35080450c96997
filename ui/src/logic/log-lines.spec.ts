import { expect, it } from 'vitest';
import { LogLines } from './log-lines.js';

const plain = (log: LogLines): string[] => log.list().map((line) => line.plain);

it('joins what comes in pieces to lines', () => {
  const log = new LogLines();
  log.append('one\ntw');
  expect(plain(log)).toEqual(['one', 'tw']);
  log.append('o\nthree\n');
  expect(plain(log)).toEqual(['one', 'two', 'three']);
  expect(log.list().map(({ id }) => id)).toEqual([1, 2, 3]);
});

it('carries colours over line ends and pieces', () => {
  const log = new LogLines();
  log.append('\x1b[31mred\nstill ');
  log.append('red\x1b[0m\nplain\n');
  expect(log.list().map(({ pieces }) => pieces[0]!.classes)).toEqual(['fg-1', 'fg-1', '']);
});

it('keeps whole lines up to its limit, and always the last one', () => {
  const log = new LogLines(10);
  log.append('aaaa\nbbbb\ncccc\n');
  expect(plain(log)).toEqual(['bbbb', 'cccc']);
  log.append(`${'x'.repeat(50)}\n`);
  expect(plain(log)).toEqual(['x'.repeat(50)]);
  expect(log.count).toBe(4);
});

it('begins anew without using a number twice', () => {
  const log = new LogLines();
  log.append('a\nhalf');
  log.reset();
  log.append('b\n');
  expect(log.list().map(({ id, plain: text }) => [id, text])).toEqual([[2, 'b']]);
});
