import { describe, expect, it } from 'vitest';
import { growthByKind, type HeapSnapshot, totalsOf } from './soak/heap-growth.js';

const TYPES = ['hidden', 'object', 'string'];

/** A snapshot of objects given as type, name and bytes. */
function snapshot(...objects: readonly (readonly [string, string, number])[]): HeapSnapshot {
  const strings = [...new Set(objects.map(([, name]) => name))];
  return {
    snapshot: {
      meta: {
        node_fields: ['type', 'name', 'id', 'self_size', 'edge_count'],
        node_types: [TYPES, 'string', 'number', 'number', 'number'],
      },
    },
    nodes: objects.flatMap(([type, name, bytes], id) => [
      TYPES.indexOf(type),
      strings.indexOf(name),
      id,
      bytes,
      0,
    ]),
    strings,
  };
}

const before = snapshot(['object', 'Lease', 40], ['string', 'one', 16], ['hidden', 'map', 8]);

describe('what has become more between two heap snapshots', () => {
  it('counts objects by constructor and everything else by type', () => {
    const totals = totalsOf(
      snapshot(['object', 'Lease', 40], ['object', 'Lease', 2], ['string', 'a', 9]),
    );
    expect([...totals]).toEqual([
      ['object Lease', { count: 2, bytes: 42 }],
      ['(string)', { count: 1, bytes: 9 }],
    ]);
  });

  it('is told by kind, the largest change first, without what stayed', () => {
    const after = snapshot(
      ['object', 'Lease', 40],
      ['object', 'Lease', 40],
      ['object', 'Timer', 300],
      ['string', 'other', 16],
    );
    expect(growthByKind(totalsOf(before), totalsOf(after), 10)).toEqual([
      { kind: 'object Timer', count: 1, bytes: 300 },
      { kind: 'object Lease', count: 1, bytes: 40 },
      { kind: '(hidden)', count: -1, bytes: -8 },
    ]);
  });

  it('is told for as many kinds as asked for', () => {
    expect(growthByKind(new Map(), totalsOf(before), 1)).toHaveLength(1);
  });
});
