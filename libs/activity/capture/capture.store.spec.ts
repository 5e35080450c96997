import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { BodyPacker, compressFast } from './body.packer.js';
import { Capture, CaptureStore, packHeaders, unpackHeaders } from './capture.store.js';
import { BodyCollector } from './body.collector.js';
import { capturePartsOf, isMedia } from './capture-parts.js';

/** Compression is real, on threads that a busy machine may keep waiting. */
const LONG = { timeout: 30_000 };

/** Compresses nothing. */
const idlePacker = new BodyPacker(() => Promise.reject(new Error('not now')));

/** A capture that counts as this many bytes. */
function capture(sizeBytes: number, path = '/'): Capture {
  return {
    path,
    requestHeaders: '',
    requestBody: Buffer.alloc(sizeBytes - 1024),
    responseHeaders: '',
    responseBody: null,
    isDecoded: false,
    isRequestCut: false,
    isResponseCut: false,
  };
}

describe('CaptureStore', () => {
  it('keeps captures by the id of their row', () => {
    const store = new CaptureStore(10_000);
    store.add(7, capture(2000, '/seven'));
    expect(store.get(7)?.path).toBe('/seven');
    expect(store.has(8)).toBe(false);
    expect(store.get(8)).toBeNull();
  });

  it('drops the oldest when there is too much; reading does not make young again', () => {
    const store = new CaptureStore(5000);
    for (const id of [1, 2]) store.add(id, capture(2000));
    store.get(1);
    store.add(3, capture(2000));
    expect([1, 2, 3].filter((id) => store.has(id))).toEqual([2, 3]);
    expect(store.sizeBytes).toBe(4000);
  });

  it('keeps what it has when one alone is too large', () => {
    const store = new CaptureStore(5000);
    store.add(1, capture(2000));
    store.add(2, capture(5001));
    expect(store.has(1)).toBe(true);
    expect(store.has(2)).toBe(false);
  });

  it('counts a replaced capture once', () => {
    const store = new CaptureStore(5000);
    store.add(1, capture(2000));
    store.add(1, capture(3000));
    expect(store.sizeBytes).toBe(3000);
  });

  it('drops captures of rows that the present log does not have yet', () => {
    const store = new CaptureStore(9000);
    for (const id of [2, 5, 9]) store.add(id, capture(2000, `/${id}`));
    store.add(4, capture(2000, '/4'));
    expect([2, 4, 5, 9].map((id) => store.get(id)?.path)).toEqual([
      '/2',
      '/4',
      undefined,
      undefined,
    ]);
    expect(store.sizeBytes).toBe(4000);
  });

  it('gives back what it was given, copied', () => {
    const store = new CaptureStore(9000);
    const given: Capture = {
      path: '/v1/chat?x=1',
      requestHeaders: packHeaders(['Host', 'a', 'X', '\xe9']),
      requestBody: Buffer.from('question'),
      responseHeaders: packHeaders(['Content-Type', 'text/plain']),
      responseBody: Buffer.from('answer'),
      isDecoded: true,
      isRequestCut: false,
      isResponseCut: true,
    };
    store.add(1, given);
    given.requestBody!.fill('x');
    given.responseBody!.fill('x');
    const kept = { requestBody: Buffer.from('question'), responseBody: Buffer.from('answer') };
    expect(store.get(1)).toEqual({ ...given, ...kept });
    store.add(2, { ...given, requestBody: Buffer.alloc(0), responseBody: null });
    expect(store.get(2)).toMatchObject({ requestBody: Buffer.alloc(0), responseBody: null });
  });

  it('counts long headers for what they are', () => {
    const store = new CaptureStore(9000);
    store.add(1, { ...capture(1024), requestHeaders: 'x'.repeat(3000) });
    expect(store.sizeBytes).toBeGreaterThan(3000);
  });

  it('is what a map with a limit would be, whatever comes', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(90_000)), {
      minLength: 1,
      maxLength: 900,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const store = new CaptureStore(500_000, idlePacker);
        const model = new Map<number, number>();
        let next = 1;
        for (const [jump, bytes] of all) {
          const id = Math.max(1, next + Math.min(0, jump));
          next = id + 1 + Math.max(0, jump);
          store.add(id, capture(1024 + bytes, `/${id}`));
          for (const later of model.keys()) if (later >= id) model.delete(later);
          model.set(id, 1024 + bytes);
          const sum = (): number => [...model.values()].reduce((total, one) => total + one, 0);
          while (sum() > 500_000) model.delete(Math.min(...model.keys()));
          expect(store.sizeBytes).toBe(sum());
        }
        for (let id = 0; id < next + 3; id += 1) {
          const kept = store.get(id);
          expect(kept?.path).toBe(model.has(id) ? `/${id}` : undefined);
          expect(kept?.requestBody?.length).toBe(kept ? model.get(id)! - 1024 : undefined);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('compresses large bodies, counts what is left, and shows them as they were', async () => {
    const packed: (() => void)[] = [];
    const compress = async (bytes: Buffer): Promise<Buffer> => {
      await new Promise<void>((resolve) => packed.push(resolve));
      return compressFast(bytes);
    };
    const [question, answer] = [Buffer.alloc(70_000, 'q'), Buffer.alloc(80_000, 'a')];
    const store = new CaptureStore(200_000, new BodyPacker(compress));
    store.add(1, { ...capture(1024), requestBody: question, responseBody: answer });
    expect(store.sizeBytes).toBe(151_024);
    expect(store.get(1)).toMatchObject({ requestBody: question, responseBody: answer });
    for (let done = 0; done < 2; done += 1) {
      packed.shift()!();
      const before = store.sizeBytes;
      await vi.waitUntil(() => store.sizeBytes < before, LONG);
    }
    expect(store.sizeBytes).toBeLessThan(1400);
    expect(store.get(1)).toMatchObject({ requestBody: question, responseBody: answer });
  });

  it('shrinks and grows without losing more than it has to', () => {
    const store = new CaptureStore(6000);
    for (const id of [1, 2, 3]) store.add(id, capture(2000));
    store.resize(2500);
    expect([1, 2, 3].filter((id) => store.has(id))).toEqual([3]);
    store.resize(6000);
    expect(store.has(3)).toBe(true);
    store.resize(0);
    expect(store.sizeBytes).toBe(0);
  });
});

describe('packHeaders', () => {
  it.each([{ pairs: [] }, { pairs: ['A', ''] }, { pairs: ['A', 'b', 'a', ' c', 'B', ''] }])(
    'can be undone: $pairs',
    ({ pairs }) => {
      expect(unpackHeaders(packHeaders(pairs))).toEqual(pairs);
    },
  );
});

describe('BodyCollector', () => {
  it('keeps everything up to its limit', () => {
    const body = new BodyCollector(4);
    body.add(Buffer.from('ab'));
    body.add(Buffer.from('cd'));
    expect(body.content().toString()).toBe('abcd');
    expect(body.isCut).toBe(false);
  });

  it('keeps the beginning of what is longer, and says so', () => {
    const body = new BodyCollector(3);
    body.add(Buffer.from('ab'));
    body.add(Buffer.from('cd'));
    body.add(Buffer.from('ef'));
    expect(body.content().toString()).toBe('abc');
    expect(body.isCut).toBe(true);
  });

  it('copies, so that the bytes may change afterwards', () => {
    const body = new BodyCollector(3);
    const bytes = Buffer.from('ab');
    body.add(bytes);
    bytes.fill('x');
    expect(body.content().toString()).toBe('ab');
  });
});

describe('capturePartsOf', () => {
  it.each([
    ['/v1/chat/completions', true, true],
    ['/v1/tasks/run', true, true],
    ['/v1/audio/speech', true, false],
    ['/v1/audio/voices', false, true],
    ['/v1/audio/transcriptions', false, true],
    ['/v1/images/generations', true, false],
    ['/v1/images/edits', false, false],
    ['/sdapi/v1/txt2img', true, false],
    ['/sdapi/v1/img2img', false, false],
  ])('%s: request %s, response %s', (path, request, response) => {
    expect(capturePartsOf(path)).toEqual({ request, response });
  });

  it.each([
    ['audio/wav', true],
    ['Image/PNG', true],
    ['text/event-stream', false],
    ['', false],
  ])('takes %j for media: %s', (type, expected) => {
    expect(isMedia(type)).toBe(expected);
  });
});
