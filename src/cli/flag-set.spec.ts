import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlagSet } from './flag-set.js';

function declare() {
  const set = new FlagSet('Usage of program:');
  return {
    set,
    config: set.text('config', '', { help: 'One file.', placeholder: 'path' }),
    watch: set.boolean('watch-config', { help: 'Watches.' }),
    format: set.choice('format', ['text', 'json'], { help: 'Form of lines.' }),
    slots: set.integer('slots', 4, { help: 'How many at once.' }),
  };
}

interface GoodCase {
  readonly args: readonly string[];
  readonly config?: string;
  readonly watch?: boolean;
  readonly rest?: readonly string[];
}

const good: readonly GoodCase[] = [
  { args: [] },
  { args: ['-config', 'x'], config: 'x' },
  { args: ['--config', 'x'], config: 'x' },
  { args: ['-config=x'], config: 'x' },
  { args: ['--config=x=y'], config: 'x=y' },
  { args: ['-config='], config: '' },
  { args: ['-config', ''], config: '' },
  { args: ['-config', '-watch-config'], config: '-watch-config' },
  { args: ['-config', '--'], config: '--' },
  { args: ['-config', 'a', '-config', 'b'], config: 'b' },
  { args: ['-config', 'a', '-config='], config: '' },
  { args: ['-watch-config'], watch: true },
  { args: ['-watch-config', '-watch-config=0'], watch: false },
  {
    args: ['-watch-config', 'false', '-config', 'z'],
    watch: true,
    rest: ['false', '-config', 'z'],
  },
  { args: ['--', '-config', 'z'], rest: ['-config', 'z'] },
  { args: ['-', '-config', 'z'], rest: ['-', '-config', 'z'] },
  { args: ['', '-config', 'z'], rest: ['', '-config', 'z'] },
  { args: ['word', '-unknown'], rest: ['word', '-unknown'] },
  ...['1', 't', 'T', 'true', 'True', 'TRUE'].map((word) => ({
    args: [`-watch-config=${word}`],
    watch: true,
  })),
  ...['0', 'f', 'F', 'false', 'False', 'FALSE'].map((word) => ({
    args: [`--watch-config=${word}`],
    watch: false,
  })),
];

const bad: readonly (readonly [args: readonly string[], message: string])[] = [
  [['---config', 'x'], 'bad flag syntax: ---config'],
  [['-=x'], 'bad flag syntax: -=x'],
  [['--=x'], 'bad flag syntax: --=x'],
  [['---'], 'bad flag syntax: ---'],
  [['-config'], 'flag needs an argument: -config'],
  [['-watch-config', '-config'], 'flag needs an argument: -config'],
  [['-c', 'x'], 'flag provided but not defined: -c'],
  [['-v'], 'flag provided but not defined: -v'],
  [['-Config', 'x'], 'flag provided but not defined: -Config'],
  [['-nope=1'], 'flag provided but not defined: -nope'],
  [['-watch-config=yes'], 'invalid boolean value "yes" for -watch-config: parse error'],
  [['-watch-config='], 'invalid boolean value "" for -watch-config: parse error'],
  [['-watch-config=tRUE'], 'invalid boolean value "tRUE" for -watch-config: parse error'],
  [['-format', 'xml'], 'invalid value "xml" for flag -format: want text or json'],
  [['-slots', '4x'], 'invalid value "4x" for flag -slots: want a whole number'],
];

describe('FlagSet', () => {
  it.each(good)('takes $args', ({ args, config = '', watch = false, rest = [] }) => {
    const flags = declare();
    expect(flags.set.parse(args)).toEqual({ kind: 'parsed', rest });
    expect([flags.config.value, flags.watch.value]).toEqual([config, watch]);
  });

  it.each(bad)('refuses %j', (args, message) => {
    expect(declare().set.parse(args)).toEqual({ kind: 'error', message });
  });

  it.each([['-h'], ['-help'], ['--help'], ['--h'], ['-help=x']])('answers %s with help', (word) => {
    expect(declare().set.parse(['-watch-config', word, '-unknown'])).toEqual({ kind: 'help' });
  });

  it('reports the first mistake even when help is asked for behind it', () => {
    expect(declare().set.parse(['-unknown', '-h']).kind).toBe('error');
  });

  it('keeps defaults and tells which flags were given', () => {
    const flags = declare();
    flags.set.parse(['-format=json']);
    expect(flags.format).toEqual({ value: 'json', given: true });
    expect(flags.slots).toEqual({ value: 4, given: false });
  });

  it('lists every flag with its placeholder and default', () => {
    expect(declare().set.usage()).toBe(
      [
        'Usage of program:',
        '  -config path',
        '    \tOne file.',
        '  -format text|json',
        '    \tForm of lines. (default text)',
        '  -slots int',
        '    \tHow many at once. (default 4)',
        '  -watch-config',
        '    \tWatches.',
        '',
      ].join('\n'),
    );
  });

  it('never throws, and never loses a word behind the flags', () => {
    const word = fc.oneof(
      fc.constantFrom('-config', '--config=a', '-watch-config', '--', '-', '---', 'x', '-slots=1'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word), (args) => {
        const outcome = declare().set.parse(args);
        if (outcome.kind !== 'parsed') return;
        expect(args.slice(args.length - outcome.rest.length)).toEqual(outcome.rest);
      }),
    );
  });
});
