import { describe, expect, it, vi } from 'vitest';
import { BodyPacker, Compress } from './body.packer.js';
import { KeptBody } from './kept-body.js';

/** For a busy machine. */
const LONG = { timeout: 30_000 };

function setUp(compressed: Buffer = Buffer.from('c')) {
  const running: (() => void)[] = [];
  const saved: number[] = [];
  const compress = vi.fn<Compress>(async () => {
    await new Promise<void>((resolve) => running.push(resolve));
    return compressed;
  });
  const packer = new BodyPacker(compress);
  const add = (text: string): KeptBody => {
    const body = new KeptBody(Buffer.from(text));
    packer.add(body, (bytes) => saved.push(bytes));
    return body;
  };
  return { compress, running, saved, add };
}

describe('BodyPacker', () => {
  it('compresses one body at a time, in their order', async () => {
    const { compress, running, saved, add } = setUp();
    add('one');
    add('three');
    expect(compress).toHaveBeenCalledTimes(1);
    running.shift()!();
    await vi.waitUntil(() => compress.mock.calls.length === 2, LONG);
    expect(saved).toEqual([2]);
    running.shift()!();
    await vi.waitUntil(() => saved.length === 2, LONG);
    expect(saved).toEqual([2, 4]);
  });

  it('leaves out what is dropped, before and meanwhile', async () => {
    const { compress, running, saved, add } = setUp();
    const [running1, waiting] = [add('one'), add('two')];
    waiting.isDropped = true;
    running1.isDropped = true;
    running.shift()!();
    add('last');
    await vi.waitUntil(() => compress.mock.calls.length === 2, LONG);
    running.shift()!();
    await vi.waitUntil(() => saved.length === 1, LONG);
    expect(saved).toEqual([3]);
  });

  it('keeps a body that does not get smaller', async () => {
    const { running, saved, add } = setUp(Buffer.from('longer'));
    const body = add('short');
    running.shift()!();
    await vi.waitUntil(() => saved.length === 1, LONG);
    expect([saved[0], body.content().toString()]).toEqual([0, 'short']);
  });
});
