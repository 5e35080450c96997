import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Capture, CaptureStore, packHeaders, unpackHeaders } from './capture.store.js';
import { BodyCollector } from './body.collector.js';
import { capturePartsOf, isMedia } from './capture-parts.js';

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

  it('finds what comes after a younger one', () => {
    const store = new CaptureStore(9000);
    for (const id of [2, 5, 3, 9, 1]) store.add(id, capture(2000, `/${id}`));
    expect([1, 2, 3, 5, 9].map((id) => store.get(id)?.path)).toEqual([
      undefined,
      '/2',
      '/3',
      '/5',
      '/9',
    ]);
  });

  it('is what a map with a limit would be, whatever comes', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(1500)), {
      minLength: 1,
      maxLength: 900,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const store = new CaptureStore(60_000);
        const model = new Map<number, number>();
        let next = 1;
        for (const [jump, bytes] of all) {
          const id = Math.max(1, next + Math.min(0, jump));
          next += 1 + Math.max(0, jump);
          store.add(id, capture(1024 + bytes));
          model.set(id, 1024 + bytes);
          const sum = (): number => [...model.values()].reduce((total, one) => total + one, 0);
          while (sum() > 60_000) model.delete(Math.min(...model.keys()));
          expect(store.sizeBytes).toBe(sum());
        }
        for (let id = 0; id < next + 3; id += 1) expect(store.has(id)).toBe(model.has(id));
      }),
      { numRuns: 30 },
    );
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
