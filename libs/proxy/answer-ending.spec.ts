import { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { AnswerEnding } from './answer-ending.js';

class FakeResponse {
  readonly seen: string[] = [];
  destroyed = false;

  end(text: string): void {
    this.seen.push(`end ${text}`);
  }

  destroy(): void {
    this.destroyed = true;
    this.seen.push('destroy');
  }
}

function rig(takesEvent: boolean, ...sent: string[]) {
  const response = new FakeResponse();
  const ending = new AnswerEnding(response as unknown as ServerResponse);
  ending.takesEvent = takesEvent;
  for (const text of sent) ending.add(Buffer.from(text));
  return { response, ending };
}

describe('AnswerEnding', () => {
  it.each([
    [['data: 1\n\n'], /^end event: error\ndata: /],
    [['data: 1', '\n', '\n'], /^end event: error\ndata: /],
    [['data: {"cu', 't'], /^end \n\nevent: error\ndata: /],
  ])('ends events, of which %j were sent, with an event of its own', (sent, expected) => {
    const { response, ending } = rig(true, ...sent);
    ending.breakOff();
    expect(response.seen).toEqual([expect.stringMatching(expected)]);
    expect(response.seen[0]).toContain('"code":"upstream_broken"');
  });

  it('says why where that is known', () => {
    const { response, ending } = rig(true);
    ending.breakOff(new DroverError('CANCELLED', 'the request was cancelled'));
    expect(response.seen[0]).toContain('"code":"cancelled","message":"the request was cancelled"');
  });

  it('cuts what takes no event', () => {
    const { response, ending } = rig(false, 'data: 1\n\n');
    ending.breakOff();
    expect(response.seen).toEqual(['destroy']);
  });

  it('writes nothing to a client that has left', () => {
    const { response, ending } = rig(true, 'data: 1\n\n');
    response.destroyed = true;
    ending.breakOff();
    expect(response.seen).toEqual(['destroy']);
  });
});
