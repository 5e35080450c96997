import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_ORDER, EventKind, EventLine } from './event-line.js';

const kinds = Object.keys(EVENT_ORDER) as EventKind[];

describe('event line', () => {
  it('runs by time, then by kind, then by order of entry', () => {
    const entry = record({ dueMs: nat(20), kind: constantFrom(...kinds) });
    assert(
      property(array(entry, { maxLength: 60, size: 'max' }), (entries) => {
        const line = new EventLine();
        const ran: number[] = [];
        entries.forEach(({ dueMs, kind }, index) => line.at(dueMs, kind, () => ran.push(index)));
        while (line.step());
        const key = (index: number) => {
          const { dueMs, kind } = entries[index]!;
          return dueMs * 10_000 + EVENT_ORDER[kind] * 1000 + index;
        };
        expect(ran).toEqual([...entries.keys()].toSorted((a, b) => key(a) - key(b)));
      }),
    );
  });

  it('puts a process event before what is left of the same instant', () => {
    const line = new EventLine();
    const ran: string[] = [];
    line.at(5, 'service', () => line.after(0, 'process', () => ran.push('exit')));
    line.at(5, 'service', () => ran.push('second'));
    while (line.step());
    expect(ran).toEqual(['exit', 'second']);
    expect(line.nowMs).toBe(5);
  });

  it('leaves out what was cancelled and knows when something but a tick happened last', () => {
    const line = new EventLine();
    const ran: string[] = [];
    const cancel = line.at(1, 'input', () => ran.push('cancelled'));
    line.at(2, 'input', () => ran.push('input'));
    line.at(9, 'tick', () => ran.push('tick'));
    cancel();
    while (line.step());
    expect(ran).toEqual(['input', 'tick']);
    expect(line).toMatchObject({ nowMs: 9, lastActivityMs: 2 });
  });
});
