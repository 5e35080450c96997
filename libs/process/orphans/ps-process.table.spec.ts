import { describe, expect, it } from 'vitest';
import { PsProcessTable } from './ps-process.table.js';

function table(answers: Record<string, string>): PsProcessTable {
  return new PsProcessTable((file, args) => answers[[file, ...args].join(' ')] ?? null);
}

describe('PsProcessTable', () => {
  it('takes start times from ps and the boot from sysctl', () => {
    const mac = table({
      'ps -o lstart= -p 7': 'Sat 21 Nov 10:00:00 2026',
      'sysctl -n kern.bootsessionuuid': 'UUID',
    });
    expect(mac.startTime(7)).toBe('Sat 21 Nov 10:00:00 2026');
    expect(mac.startTime(8)).toBeNull();
    expect(mac.bootId()).toBe('UUID');
    expect(table({ 'sysctl -n kern.boottime': 'T' }).bootId()).toBe('T');
  });

  it('does not count zombies as running, and takes what it cannot see for running', () => {
    expect(table({ 'ps -o state= -g 7': 'Z+\nZ' }).groupRuns(7)).toBe(false);
    expect(table({ 'ps -o state= -g 7': 'Z+\nS' }).groupRuns(7)).toBe(true);
    expect(table({}).groupRuns(7)).toBe(true);
  });

  it('finds nobody by a mark', () => {
    expect(table({}).marked()).toEqual([]);
  });
});
