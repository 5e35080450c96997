import { describe, expect, it } from 'vitest';
import { runMonitor } from './monitor.command.js';
import { textIo } from './testing/text-io.js';

async function run(...args: string[]) {
  const io = textIo({});
  const status = await runMonitor(args, io);
  return { status, out: io.out(), err: io.err() };
}

describe('drover monitor', () => {
  it.each([
    [['-probe', 'nvidia'], 'there is no GPU probe "nvidia"; there are lact, nvidia-smi, '],
    [['all'], 'what does "all" mean?'],
    [['-t', 'soon'], 'want a duration such as 5s'],
  ])('refuses %j, and says what there is', async (args, words) => {
    const { status, out, err } = await run(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });
});
