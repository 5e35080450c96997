import { describe, expect, it } from 'vitest';
import { TrafficBoard } from './traffic.board.js';

function running(contentChunks: number) {
  return { contentChunks, slot: -1 };
}

describe('TrafficBoard', () => {
  it('counts the output of running and finished requests', () => {
    const board = new TrafficBoard();
    const answer = running(0);
    board.begin('m', answer);
    answer.contentChunks = 4;
    expect(board.of('m')).toMatchObject({ inFlight: 1, liveTokens: 4, seenTokens: 4 });
    const closing = { contentChunks: 5, generationMs: 9, promptMs: 8, atMs: 100 };
    board.end('m', answer, closing);
    board.end('m', answer, closing);
    expect(board.of('m')).toEqual({
      inFlight: 0,
      liveTokens: 0,
      seenTokens: 5,
      generationMs: 9,
      promptMs: 8,
      lastRequestMs: 100,
    });
  });

  it('keeps the last known times when a later request tells none', () => {
    const board = new TrafficBoard();
    const end = { contentChunks: 1, generationMs: 9, promptMs: 8, atMs: 1 };
    const [one, other] = [running(1), running(1)];
    for (const answer of [one, other]) board.begin('m', answer);
    board.end('m', one, end);
    board.end('m', other, { ...end, generationMs: null, promptMs: null, atMs: 2 });
    expect(board.of('m')).toMatchObject({ generationMs: 9, promptMs: 8, lastRequestMs: 2 });
  });

  it('knows nothing about a model without traffic', () => {
    expect(new TrafficBoard().of('m')).toMatchObject({ inFlight: 0, lastRequestMs: null });
  });
});
