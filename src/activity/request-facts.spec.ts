import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { requestIdOf } from './request-facts.js';

function request(id?: string): IncomingMessage {
  const made = new IncomingMessage(new Socket());
  if (id !== undefined) made.headers['x-request-id'] = id;
  return made;
}

describe('requestIdOf', () => {
  it('keeps the id that came with the request', () => {
    expect(requestIdOf(request(' gateway-7 '))).toBe('gateway-7');
  });

  it('makes ids in the form of a UUID, each once', () => {
    const ids = Array.from({ length: 300 }, () => requestIdOf(request()));
    expect(new Set(ids).size).toBe(300);
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
});
