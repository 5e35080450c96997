import { describe, expect, it } from 'vitest';
import { clientNames, isLetIn } from './client-names.js';

const subject = (CN: unknown) => ({ CN }) as never;

describe('clientNames', () => {
  it('lists common and alternative names', () => {
    const subjectaltname = 'DNS:a.example, URI:spiffe://x/y, email:a@b.example';
    expect(clientNames({ subject: subject('gateway'), subjectaltname })).toEqual([
      'gateway',
      'DNS:a.example',
      'URI:spiffe://x/y',
      'email:a@b.example',
    ]);
  });

  it('takes several common names, or none', () => {
    expect(clientNames({ subject: subject(['a', 'b']) })).toEqual(['a', 'b']);
    expect(clientNames({ subject: subject(undefined) })).toEqual([]);
  });

  it('believes no list with quotes, in which a name may hide another', () => {
    const subjectaltname = 'DNS:"good, DNS:evil"';
    expect(clientNames({ subject: subject('x'), subjectaltname })).toEqual(['x']);
  });
});

describe('isLetIn', () => {
  it.each([
    [['a'], [], true],
    [[], [], true],
    [['a', 'DNS:b'], ['DNS:b'], true],
    [['b'], ['DNS:b'], false],
    [['A'], ['a'], false],
    [[], ['a'], false],
  ])('of the names %j with the list %j: %s', (names, allowed, expected) => {
    expect(isLetIn(names, allowed)).toBe(expected);
  });
});
