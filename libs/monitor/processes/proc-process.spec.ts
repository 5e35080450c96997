import { describe, expect, it } from 'vitest';
import { parseProcessStat, parseProcessStatus } from './proc-process.js';

const rest = '1 40 40 0 -1 4194560 9 8 7 6 150 50 30 20 20 0 4 0 99 1000 2000';

describe('parseProcessStat', () => {
  it.each([
    ['a plain name', `41 (llama-server) S ${rest}`],
    ['a name with brackets and blanks', `41 (a) b) (c d) S ${rest}`],
  ])('reads parent, group and all CPU time with %s', (_, line) => {
    expect(parseProcessStat(line)).toEqual({ parent: 1, group: 40, cpuSeconds: 2.5 });
  });

  it.each(['', '41 (x) S 1 40', '41 (x) S a b c d e f g h i j k l m n o p'])(
    'takes %j for damaged',
    (line) => expect(parseProcessStat(line)).toBeNull(),
  );
});

describe('parseProcessStatus', () => {
  it('tells mapped files apart from own memory', () => {
    const text =
      'Name:\tx\nVmRSS:\t    1000 kB\nRssAnon:\t 300 kB\nRssFile:\t 600 kB\nRssShmem:\t 100 kB\n';
    expect(parseProcessStatus(text)).toEqual({ residentBytes: 1_024_000, ownBytes: 409_600 });
  });

  it('leaves unknown what an old kernel does not tell', () => {
    expect(parseProcessStatus('VmRSS:\t 10 kB\n')).toEqual({
      residentBytes: 10_240,
      ownBytes: null,
    });
  });

  it('finds no memory in a zombie', () => {
    expect(parseProcessStatus('Name:\tx\nState:\tZ (zombie)\n')).toBeNull();
  });
});
