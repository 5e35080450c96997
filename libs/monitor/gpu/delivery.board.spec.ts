import { describe, expect, it } from 'vitest';
import { GpuSample, unknownGpu } from '#lib/plugin-api';
import { DeliveryBoard } from './delivery.board.js';

function gpu(index: number, changes: Partial<GpuSample> = {}): GpuSample {
  return { ...unknownGpu(index), ...changes };
}

describe('DeliveryBoard', () => {
  it('keeps a device that a round has left out until it is too old', () => {
    const board = new DeliveryBoard();
    const [a, b, later] = [gpu(0, { uuid: 'a' }), gpu(1, { uuid: 'b' }), gpu(0, { uuid: 'a' })];
    board.take('p', [a, b], 0);
    board.take('p', [later], 5000);
    expect(board.samples('p', 0)).toEqual([later, b]);
    expect(board.samples('p', 1)).toEqual([later]);
    // What was too old once does not come back.
    expect(board.samples('p', 0)).toEqual([later]);
  });

  it('knows a device by its identity, whatever its number', () => {
    const board = new DeliveryBoard();
    board.take('p', [gpu(0, { uuid: 'a' }), gpu(1, { uuid: 'b' })], 0);
    const alone = gpu(0, { uuid: 'b' });
    board.take('p', [alone], 1);
    expect(board.samples('p', 1)).toEqual([alone]);
    expect(board.samples('p', 0)).toHaveLength(1);
  });

  it('knows a device by its address when a round does not tell the rest', () => {
    const board = new DeliveryBoard();
    board.take('p', [gpu(0, { uuid: 'a', pciAddress: 'x' })], 0);
    const bare = gpu(0, { pciAddress: 'x' });
    board.take('p', [bare], 1);
    expect(board.samples('p', 0)).toEqual([bare]);
    const whole = gpu(0, { uuid: 'a', pciAddress: 'x' });
    board.take('p', [whole], 2);
    expect(board.samples('p', 0)).toEqual([whole]);
  });

  it('keeps apart in the next round what was apart in the first', () => {
    const board = new DeliveryBoard();
    board.take('p', [gpu(0, { uuid: 'a' }), gpu(1, { uuid: 'a' })], 0);
    const second = gpu(1, { uuid: 'a' });
    board.take('p', [second], 1);
    expect(board.samples('p', 0).map(({ index }) => index)).toEqual([0, 1]);
    expect(board.samples('p', 1)).toEqual([second]);
  });

  it('keeps devices of one identity apart, and probes too', () => {
    const board = new DeliveryBoard();
    board.take('p', [gpu(0, { pciAddress: 'x' }), gpu(1, { pciAddress: 'x' })], 0);
    board.take('q', [gpu(0, { pciAddress: 'x' })], 0);
    expect(board.samples('p', 0)).toHaveLength(2);
    expect(board.samples('q', 0)).toHaveLength(1);
    expect(board.samples('r', 0)).toEqual([]);
  });

  it('tells once what is new, the newest of each device', () => {
    const board = new DeliveryBoard();
    const [first, second] = [gpu(0), gpu(0)];
    board.take('p', [first], 0);
    board.take('p', [second], 1);
    expect([...board.takeFresh()]).toEqual([second]);
    expect(board.takeFresh().size).toBe(0);
    board.take('p', [first], 2);
    board.clear();
    expect(board.takeFresh().size).toBe(0);
    expect(board.samples('p', 0)).toEqual([]);
  });
});
