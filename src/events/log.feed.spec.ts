import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { LogMonitor } from '#lib/logs';
import { EventClient } from './event.client.js';
import { LogFeed } from './log.feed.js';

function rig(history = '') {
  const log = new LogMonitor();
  if (history !== '') log.write(Buffer.from(history));
  const clock = new VirtualClock();
  const sent: string[] = [];
  const client = {
    isClosed: false,
    sendLog: async (frame: string) => {
      const { data } = JSON.parse(frame.slice(frame.indexOf('{'))) as { data: string };
      sent.push((JSON.parse(data) as { data: string }).data);
    },
  };
  const feed = new LogFeed({ source: 'proxy', log }, client as unknown as EventClient, clock);
  return { log, clock, sent, feed };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('LogFeed', () => {
  it('sends the history first, an empty one too', () => {
    const { sent, feed } = rig();
    feed.sendHistory();
    expect(sent).toEqual(['']);
  });

  it('sends what comes after the history without gap and without repetition', async () => {
    const { log, sent, feed } = rig('one\n');
    log.write(Buffer.from('two\n'));
    feed.sendHistory();
    const end = feed.run();
    await settled();
    expect(sent).toEqual(['one\n', 'two\n']);
    feed.close();
    await end;
  });

  it('puts together what is written within 100 ms', async () => {
    const { log, clock, sent, feed } = rig();
    const end = feed.run();
    log.write(Buffer.from('first\n'));
    await settled();
    for (let line = 0; line < 50; line += 1) log.write(Buffer.from(`${line}\n`));
    clock.advance(99);
    await settled();
    expect(sent).toHaveLength(1);
    clock.advance(1);
    await settled();
    expect(sent).toHaveLength(2);
    expect(sent[1]!.split('\n')).toHaveLength(51);
    feed.close();
    await end;
    expect(clock.pendingTimers).toBe(0);
  });

  it('puts a character together that was cut between two pieces', async () => {
    const { log, clock, sent, feed } = rig();
    const end = feed.run();
    const [head, tail] = [Buffer.from('€').subarray(0, 1), Buffer.from('€').subarray(1)];
    log.write(head);
    await settled();
    log.write(tail);
    clock.advance(100);
    await settled();
    expect(sent.join('')).toBe('€');
    feed.close();
    await end;
  });

  it('ends in the middle of a pause', async () => {
    const { log, clock, feed } = rig();
    const end = feed.run();
    log.write(Buffer.from('x'));
    await settled();
    feed.close();
    await end;
    expect(clock.pendingTimers).toBe(0);
    expect(log.readerCount).toBe(0);
  });
});
