import { describe, expect, it } from 'vitest';
import { mainFlagSet } from './main-flags.js';
import { serveOptions } from './serve-options.js';

function optionsOf(args: string[], env: Record<string, string> = {}) {
  const { flags, read } = mainFlagSet();
  expect(flags.parse(args).kind).toBe('parsed');
  return serveOptions(read(), env);
}

const tls = ['-tls-cert-file', 'c.pem', '-tls-key-file', 'k.pem'];

describe('serveOptions', () => {
  it('wants a configuration and names both flags', () => {
    expect(() => optionsOf([])).toThrow(/-config, .*-config-dir/);
    expect(() => optionsOf(['-config='])).toThrow(/-config, .*-config-dir/);
  });

  it.each([[['-config', 'a']], [['-config-dir', 'a']], [['-models', 'a']]])(
    'is content with %j',
    (args) => {
      expect(() => optionsOf(args)).not.toThrow();
    },
  );

  it('does not mix a folder of models with a configuration', () => {
    expect(() => optionsOf(['-models', 'a', '-config', 'b'])).toThrow(/leave -config/);
    expect(() => optionsOf(['-models', 'a', '-config-dir', 'b'])).toThrow(/leave -config/);
  });

  it.each([
    [['-tls-cert-file', 'c.pem'], /-tls-key-file is missing/],
    [['-tls-key-file', 'k.pem'], /-tls-cert-file is missing/],
  ])('wants both TLS files: %j', (args, message) => {
    expect(() => optionsOf(['-config', 'a', ...args])).toThrow(message);
    expect(() => optionsOf(['-config', 'a', ...args])).toThrow(
      /both -tls-cert-file and -tls-key-file/,
    );
  });

  it.each([
    [[], {}, ':8080'],
    [tls, {}, ':8443'],
    [['-listen='], {}, ':8080'],
    [[], { DROVER_LISTEN: '127.0.0.1:1' }, '127.0.0.1:1'],
    [['-listen', ':2'], { DROVER_LISTEN: '127.0.0.1:1' }, ':2'],
    [['-listen', 'no-port'], {}, 'no-port'],
  ])('chooses the address for %j with %j', (args, env, listen) => {
    expect(optionsOf(['-config', 'a', ...args], env).listen).toBe(listen);
  });
});
