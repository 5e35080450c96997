import { describe, expect, it } from 'vitest';
import { LogMonitor } from './log-monitor.js';
import { LogReader } from './log-reader.js';

const bytes = (text: string) => Buffer.from(text);

async function nextText(reader: LogReader): Promise<string | null> {
  const { value } = await reader.next();
  return value ? Buffer.from(value).toString() : null;
}

describe('LogMonitor', () => {
  it('counts what slow readers have lost', () => {
    const log = new LogMonitor();
    const [one] = [log.open(), log.open()];
    const piece = Buffer.alloc(1000);
    for (let count = 0; count < 262; count += 1) log.write(piece);
    expect(log.droppedBytes).toBe(0);
    log.write(piece);
    expect(log.droppedBytes).toBe(2000);
    one.close();
    log.write(piece);
    expect(log.droppedBytes).toBe(3000);
  });

  it('joins history and live bytes without gap or repetition', async () => {
    const log = new LogMonitor();
    log.write(bytes('one\n'));
    const reader = log.open();
    log.write(bytes('two\n'));
    expect(await nextText(reader)).toBe('one\ntwo\n');
    const waiting = nextText(reader);
    log.write(bytes('three\n'));
    expect(await waiting).toBe('three\n');
  });

  it('keeps the order of lines and bytes, whoever reads', async () => {
    const log = new LogMonitor();
    log.writeText('one\n');
    log.write(bytes('two\n'));
    log.writeText('three\n');
    expect(Buffer.from(log.history()).toString()).toBe('one\ntwo\nthree\n');
    log.writeText('four\n');
    const reader = log.open();
    log.writeText('five\n');
    expect(await nextText(reader)).toBe('one\ntwo\nthree\nfour\nfive\n');
  });

  it('does not repeat lines that came before a reader who leaves them out', async () => {
    const log = new LogMonitor();
    log.writeText('old\n');
    const reader = log.open({ history: false });
    log.writeText('new\n');
    expect(await nextText(reader)).toBe('new\n');
  });

  it('keeps the last of very many lines that nobody reads', () => {
    const log = new LogMonitor(64);
    for (let count = 0; count < 5000; count += 1) log.writeText(`line ${count}\n`);
    const text = Buffer.from(log.history()).toString();
    expect(text.endsWith('line 4998\nline 4999\n')).toBe(true);
    expect(text.length).toBeLessThanOrEqual(64);
  });

  it('leaves the history out when asked to', async () => {
    const log = new LogMonitor();
    log.write(bytes('old\n'));
    const reader = log.open({ history: false });
    log.write(bytes('new\n'));
    expect(await nextText(reader)).toBe('new\n');
  });

  it('begins a cut history with a whole line', () => {
    const log = new LogMonitor(16);
    log.write(bytes('first line\nsecond line\n'));
    expect(Buffer.from(log.history()).toString()).toBe('second line\n');
  });

  it.each([
    ['ab€', '€'],
    ['ab€\n', '\n'],
  ])('begins a cut history of one line (%j) with a whole character', (text, shown) => {
    const log = new LogMonitor(3);
    log.write(bytes(text));
    expect(Buffer.from(log.history()).toString()).toBe(shown);
  });

  it('tells a slow reader in one line how much it missed, then goes on', async () => {
    const log = new LogMonitor();
    const reader = log.open();
    for (let piece = 0; piece < 300; piece++) log.write(Buffer.alloc(1024, 'x'));
    log.write(bytes('lost'));
    const text = await nextText(reader);
    expect(text).toHaveLength(256 * 1024 + '\n— 45060 bytes dropped —\n'.length);
    expect(text?.endsWith('x\n— 45060 bytes dropped —\n')).toBe(true);
    log.write(bytes('seen'));
    expect(await nextText(reader)).toBe('seen');
  });

  it('bounds the number of small pieces that wait', async () => {
    const log = new LogMonitor();
    const reader = log.open();
    for (let piece = 0; piece < 1030; piece++) log.write(bytes('.'));
    expect(await nextText(reader)).toBe(`${'.'.repeat(1024)}\n— 6 bytes dropped —\n`);
  });

  it('does not count the history as waiting', async () => {
    const log = new LogMonitor(400 * 1024);
    log.write(Buffer.alloc(400 * 1024, 'h'));
    const reader = log.open();
    log.write(bytes('live'));
    expect((await nextText(reader))?.endsWith('hlive')).toBe(true);
  });

  it('forgets a reader that leaves, also out of a loop', async () => {
    const log = new LogMonitor();
    log.write(bytes('a'));
    for await (const piece of log.open()) {
      expect(Buffer.from(piece).toString()).toBe('a');
      expect(log.readerCount).toBe(1);
      break;
    }
    expect(log.readerCount).toBe(0);
  });

  it('ends a waiting reader when it is closed', async () => {
    const log = new LogMonitor();
    const reader = log.open();
    const waiting = nextText(reader);
    reader.close();
    reader.close();
    expect(await waiting).toBeNull();
    log.write(bytes('x'));
    expect(await nextText(reader)).toBeNull();
  });

  it('delivers what waits before it ends with the log', async () => {
    const log = new LogMonitor();
    const reader = log.open();
    log.write(bytes('last\n'));
    log.close();
    log.write(bytes('too late\n'));
    expect(await nextText(reader)).toBe('last\n');
    expect(await nextText(reader)).toBeNull();
    expect(await nextText(log.open({ history: false }))).toBeNull();
  });
});
