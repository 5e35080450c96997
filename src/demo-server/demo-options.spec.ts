import { describe, expect, it } from 'vitest';
import { DEMO_USAGE, parseDemoOptions } from './demo-options.js';

describe('parseDemoOptions', () => {
  it('has a default for every flag', () => {
    expect(parseDemoOptions([])).toEqual({
      name: 'demo',
      host: '127.0.0.1',
      port: 8081,
      loadTimeMs: 0,
      tokensPerSecond: 40,
      promptTokensPerSecond: 2000,
      memoryBytes: 0,
      slots: 2,
      ctxSize: 8192,
      embeddingSize: 64,
      failAfter: null,
      ignoreSigterm: false,
    });
  });

  it.each([
    ['--load-time=2s', { loadTimeMs: 2000 }],
    ['--load-time=1m30s', { loadTimeMs: 90_000 }],
    ['--load-time=250ms', { loadTimeMs: 250 }],
    ['--load-time=1.5', { loadTimeMs: 1500 }],
    ['--memory=64MiB', { memoryBytes: 64 * 1024 * 1024 }],
    ['--memory=2GB', { memoryBytes: 2_000_000_000 }],
    ['--memory=1.5k', { memoryBytes: 1536 }],
    ['--memory=77', { memoryBytes: 77 }],
    ['--tokens-per-second=12.5', { tokensPerSecond: 12.5 }],
    ['--fail-after=3s', { failAfter: { kind: 'time', ms: 3000 } }],
    ['--fail-after=3', { failAfter: { kind: 'requests', count: 3 } }],
    ['--fail-after=0', { failAfter: { kind: 'time', ms: 0 } }],
    ['--ignore-sigterm', { ignoreSigterm: true }],
    ['--port=0', { port: 0 }],
  ])('reads %s', (flag, expected) => {
    expect(parseDemoOptions([flag])).toMatchObject(expected);
  });

  it.each([
    ['--load-time=soon', /"soon" is no duration/],
    ['--load-time=', /"" is no duration/],
    ['--load-time=2s3', /no duration/],
    ['--memory=lots', /"lots" is no amount of memory/],
    ['--memory=1XB', /no amount of memory/],
    ['--port=65536', /--port takes 0 to 65535/],
    ['--port=-1', /--port takes a whole number from 0 on/],
    ['--slots=0', /--slots takes a whole number from 1 on, not "0"/],
    ['--slots=1.5', /--slots/],
    ['--tokens-per-second=fast', /--tokens-per-second takes a number/],
    ['--frobnicate', /--frobnicate/],
    ['word', /word/],
  ])('refuses %s', (flag, message) => {
    expect(() => parseDemoOptions([flag])).toThrow(message);
  });

  it('gives nothing but help when asked for it', () => {
    expect(parseDemoOptions(['--help', '--port', '1'])).toBeNull();
  });

  it('explains every flag that it takes', () => {
    const named = [...DEMO_USAGE.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, flag]) => flag);
    const values: Record<string, string[]> = { 'ignore-sigterm': [], help: [] };
    for (const flag of named) {
      const args = [`--${flag}`, ...(values[flag!] ?? ['1'])];
      expect(() => parseDemoOptions(args)).not.toThrow();
    }
    expect(named).toHaveLength(13);
  });
});
