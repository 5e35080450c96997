import * as fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatProblem } from '../config-problem.interface.js';
import { loadedConfig, loadText } from '../testing/load-text.js';
import { loadConfig } from './load-config.js';

const PROXY = 'proxy: "http://h:1"';

/** Rules that refuse a text, with words that the problems must contain. */
const REFUSED: readonly (readonly [text: string, ...words: string[]])[] = [
  ['a:\n\tb: 1\n', 'f:2:1: ', 'line 2'],
  ['models:\n  q: *missing', 'f:2:6 models.q: ', 'anchor "missing"'],
  ['models: {a: &a {cmd: run, name: *a}}', 'contains itself'],
  ['? [a]\n: 1', 'a key must be text'],
  ['a: 1\na: 2', 'f:2:1 a: ', 'already defined in line 1'],
  ['x: {k: 1, k: 2}', 'f:1:11 x.k: ', 'already defined'],
  ['x: {<<: 3}', 'merge key'],
  ['peering: {probeEvery: 200ms}', 'peering.probeEvery', 'at least 1s', '200ms'],
  ['peering: {probeTimeout: 0s}', 'peering.probeTimeout', 'at least 100ms'],
  [`peers: {p: {${PROXY}, models: [m], tls: {caFile: none.pem}}}`, 'tls.caFile', 'cannot be read'],
  [`peers: {p: {${PROXY}, models: [m], tls: {caFile: /dev/null}}}`, 'holds no PEM certificate'],
  ['startPort: abcd', 'f:1:12 startPort: ', 'int', '"abcd"'],
  ['startPort: .inf', 'startPort', 'int'],
  ['globalTTL: 99999999999999999999', 'globalTTL', 'int'],
  ['x: &x [1]\ny: {<<: *x}', 'f:2:5 y.<<: ', 'merge key'],
  ['apiKeys: hunter2', 'apiKeys: must be a list of texts, is a text'],
  ['store: {path: /dev/null/x.db}', 'store.path', '/dev/null', 'not writable'],
  ['globalTTL: {}', 'globalTTL', 'a mapping'],
  ['includeAliasesInList: 1', 'boolean', 'the number 1'],
  ['ui: 3', 'ui: must be a mapping, is the number 3'],
  ['models: {m: {cmd: run, metadata: [1]}}', 'models.m.metadata: must be a mapping'],
  ['models: {m: {cmd: run, aliases: [[a]]}}', 'models.m.aliases[0]', 'string'],
  ['macros: {bad.name: 1}', 'invalid character', 'bad.name'],
  ['macros: {"": 1}', '1 to 63 bytes'],
  ['macros: {PORT: 1}', 'PORT', 'reserved'],
  ['macros: {<<: 1}', 'invalid character'],
  ['macros: {loop: "v ${loop}"}', 'loop', 'self-reference'],
  [`models: {m: {cmd: run, ${PROXY}, metadata: {a: [{b: "\${nope}"}]}}}`, 'metadata.a[0].b'],
  [`models: {m: {cmd: run, ${PROXY}, colour: "\${nope}"}}`, 'unknown macro ${nope}', 'm.colour'],
  [`models: {a: {macros: {L: 1}, cmd: x, ${PROXY}}, b: {cmd: "x \${L}", ${PROXY}}}`, 'b.cmd'],
  [`models: {m: {cmd: x, ${PROXY}, filters: {setParamsByID: {"\${no}": {a: 1}}}}}`, '${no}'],
  ['models:\n  m:\n    cmd: |\n      run\n      # ${PORT}\n', 'm.proxy', '${PORT}', 'cmd'],
  [`models: {m: {cmd: run, ${PROXY}, metadata: {p: "\${PORT}"}}}`, 'm.metadata.p', '${PORT}'],
  ['hooks: {on_startup: {preload: ["${PORT}"]}}', 'hooks.on_startup.preload[0]', '${PORT}'],
  ['logToStdout: Both', 'logToStdout', 'proxy, upstream, both, none', '"Both"'],
  ['logToStdout: ""', 'logToStdout'],
  ['apiKeys: [good, "a b"]', 'apiKeys[1]', 'spaces'],
  ['apiKeys: [~]', 'apiKeys[0]', 'empty'],
  ['performance: {every: 30x}', 'performance.every', 'duration'],
  ['performance: {every: -6s}', 'performance.every', 'must be at least 5s, got -6s'],
  ['performance: {every: 4999ms}', 'performance.every', 'must be at least 5s, got 4.999s'],
  ['performance: {every: 1s}', 'performance.every', 'must be at least 5s, got 1s'],
  ['performance: {disabled: true, every: 1s}', 'performance.every'],
  ['store: {path: "  "}', 'store.path', 'empty'],
  ['limits: {bodyBytes: lots}', 'limits.bodyBytes', 'size'],
  [`models: {m: {cmd: run, ${PROXY}, memory: {gpu0: x}}}`, 'models.m.memory.gpu0', '14GiB'],
  [`models: {m: {cmd: run, ${PROXY}, queueLimit: -1}}`, 'models.m.queueLimit', '>= 0'],
  [
    `models: {a: {cmd: x, ${PROXY}, aliases: [n]}, b: {cmd: x, ${PROXY}, aliases: [n]}}`,
    'models.b.aliases[0]',
    'duplicate alias "n"',
  ],
  [
    `models: {a: {cmd: x, ${PROXY}, aliases: [n]}, b: {cmd: x, ${PROXY}, filters: {setParamsByID: {n: {}}}}}`,
    'duplicate alias "n"',
    'models a and b',
  ],
  ['peers: {e: {proxy: "http://h", models: []}}', 'peers.e.models', 'empty'],
  ['peers: {e: ~}', 'peers.e.proxy', 'required'],
  [
    `models: {m: {cmd: x, ${PROXY}, aliases: [e/x]}}\npeers: {e: {proxy: "http://h", models: [x]}}`,
    'models.m.aliases[0]',
    'conflicts',
  ],
  [`models: {m: {cmd: x, ${PROXY}}}\nselectors: {s: {strategy: pin}}`, 's.targets', 'empty'],
  [
    `selectors: {s: {strategy: spillover, targets: [ghost], settings: {spillover: 0}}}`,
    's.targets[0]',
    's.settings.spillover',
    '>= 1',
  ],
  [
    'peers: {e: {proxy: "http://h", models: [x]}}\nselectors: {s: {strategy: warm, targets: [x]}}',
    'selectors.s.targets[0]',
    'local',
    'warm',
  ],
  ['profiles: {e: [a]}', 'profiles.e', 'mapping', 'legacy', 'profile'],
  [`models: {m: {cmd: x, ${PROXY}}}\nprofiles: {e: {pins: {" ": m}}}`, 'e.pins', 'empty'],
  [`models: {m: {cmd: x, ${PROXY}}}\nprofiles: {e: {pins: {a: m, b: a}}}`, 'e.pins.b', '"a"'],
  ['routing: {router: {use: mine}}', 'routing.router.use', 'group, matrix, memory'],
  ['routing: {scheduler: {use: mine}}', 'routing.scheduler.use', 'fair, fifo'],
];

/** Pieces of which random texts are made. */
const FRAGMENTS = [
  'models m cmd macros ${A} ${PORT} ${env.X} groups members matrix sets &x *x << | >- ~ 3 1.5'.split(
    ' ',
  ),
  ['a & b', '- ', ': ', '\n', '\n  ', '\t', '---\n', '2024-01-02', '!!int', '?'],
  Array.from('{}[],"\'#'),
].flat();

describe('parseConfigText', () => {
  it.each(REFUSED)('refuses %s', (text, ...words) => {
    const { config, problems } = loadText(text);
    expect(config).toBeNull();
    const message = problems.join('\n');
    expect(words.filter((word) => !message.includes(word))).toEqual([]);
  });

  it('reports all problems at once, in the order of the file', () => {
    const text = `startPort: 0\nmodels:\n  m: {cmd: run, ${PROXY}, ttl: -2, unlisted: 7}\nglobalTTL: -1`;
    const places = loadText(text).problems.map((problem) => problem.split(': ')[0]);
    expect(places).toEqual([
      'f:1:12 startPort',
      'f:3:43 models.m.ttl',
      'f:3:57 models.m.unlisted',
      'f:4:12 globalTTL',
    ]);
  });

  it('takes any planner and scheduler where plugins are listed', () => {
    const config = loadedConfig(
      'plugins: [p]\nrouting: {router: {use: mine, settings: {mine: {k: [1]}}}, scheduler: {use: own, settings: {own: {w: 2}}}}',
    );
    expect(config.routing.planner).toEqual({ use: 'mine', settings: { k: [1] } });
    expect(config.routing.scheduler).toEqual({ use: 'own', settings: { w: 2 } });
  });

  it('uses the scheduler fair unless another is chosen', () => {
    expect(loadedConfig('').routing.scheduler.use).toBe('fair');
    expect(loadedConfig('routing: {scheduler: {use: fifo}}').routing.scheduler.use).toBe('fifo');
  });

  it('refuses names that no plugin has when it is told which there are', () => {
    const context = { checkPlanner: () => null, schedulers: ['fair'] };
    const text = 'plugins: [p]\nrouting: {router: {use: mine}, scheduler: {use: own}}';
    const { problems } = loadText(text, context);
    expect(problems.map((line) => line.split(':').slice(0, 4).join(':'))).toEqual([
      'f:2:25 routing.router.use: there is no planner called "mine"',
      'f:2:49 routing.scheduler.use: must be one of',
    ]);
  });

  it('tells where the settings of a scheduler are wrong', () => {
    const asked: unknown[] = [];
    const checkScheduler = (use: string, settings: unknown) => {
      asked.push(use, settings);
      return [{ path: 'maxWait', message: 'is no duration' }];
    };
    const text = 'routing:\n  scheduler:\n    settings:\n      fair: {hold: 1, maxWait: soon}';
    expect(loadText(text, { checkScheduler }).problems).toEqual([
      'f:4:32 routing.scheduler.settings.fair.maxWait: is no duration',
    ]);
    expect(asked).toEqual(['fair', { maxWait: 'soon', hold: 1 }]);
  });

  it('reads memory needs as bytes by device', () => {
    const config = loadedConfig(
      `models: {a: {cmd: x, ${PROXY}, memory: 2KiB}, b: {cmd: x, ${PROXY}, memory: {gpu0: 1MB, gpu1: 7}}}`,
    );
    expect(config.models.get('a')?.memory).toEqual({ '*': 2048 });
    expect(config.models.get('b')?.memory).toEqual({ gpu0: 1_000_000, gpu1: 7 });
  });

  it('hands out a frozen configuration', () => {
    const config = loadedConfig(`models: {m: {cmd: x, ${PROXY}, metadata: {k: {z: 1}}}}`);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.models.get('m')?.metadata['k'])).toBe(true);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'takes %s as an ordinary name',
    (name) => {
      const config = loadedConfig(
        `models: {${name}: {cmd: x, ${PROXY}, metadata: {${name}: 1}}}\nx-a: {${name}: 2}`,
      );
      expect([...config.models.keys()]).toEqual([name]);
      expect(Object.entries(config.models.get(name)!.metadata)).toEqual([[name, 1]]);
    },
  );

  it('uses taskkill by default on Windows', () => {
    const text = `models: {m: {cmd: x, ${PROXY}}, n: {cmd: x, ${PROXY}, cmdStop: halt}}`;
    const models = loadedConfig(text, { platform: 'win32' }).models;
    expect(models.get('m')?.cmdStop).toBe('taskkill /f /t /pid ${PID}');
    expect(models.get('n')?.cmdStop).toBe('halt');
  });
});

describe('loader under random input', () => {
  const words = fc.constantFrom(...FRAGMENTS);
  const soup = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''));
  const lines = fc.array(fc.tuple(fc.nat(4), soup), { maxLength: 12 });
  const indented = lines.map((rows) => rows.map(([n, row]) => ' '.repeat(n) + row).join('\n'));
  const anything = fc.oneof(fc.string({ unit: 'binary' }), soup, indented);

  it('either loads or lists problems', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { config, problems } = loadText(text, { env: { X: 'v: "w' } });
        expect(config === null).toBe(problems.length > 0);
      }),
      { numRuns: 1500 },
    );
  });

  it('survives absurd depth and alias bombs', () => {
    const deep = '['.repeat(20_000);
    expect(loadText(deep).problems).not.toEqual([]);
    const bomb = Array.from({ length: 30 }, (_, i) => {
      const items = i === 0 ? 'x' : Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ');
      return `x-${i}: &a${i} [${items}]`;
    });
    expect(loadText(bomb.join('\n')).problems.join()).toContain('too many aliases');
  });
});

describe('loadConfig', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'drover-load-'));
    mkdirSync(join(cwd, 'd'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  function load(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    const configPath = 'main.yaml' in files ? 'main.yaml' : undefined;
    const result = loadConfig({ configPath, configDir: 'd', cwd, env: {}, platform: 'linux' });
    const problems = result.problems.map(formatProblem);
    return { ...result, problems, warnings: result.warnings.map(formatProblem) };
  }

  it('names the file and the place of a problem in a fragment', () => {
    const { problems } = load({ 'main.yaml': 'globalTTL: 1', 'd/b.yaml': '\nglobalTTL: 2' });
    expect(problems).toEqual([
      'd/b.yaml:2:12 globalTTL: conflict: is the number 2 here and the number 1 in main.yaml:1; a value may be given once, or the same everywhere',
    ]);
  });

  it('orders problems by file, then by place', () => {
    const { problems } = load({ 'd/b.yaml': 'startPort: 0', 'd/a.yaml': '\n\nglobalTTL: -1' });
    expect(problems.map((line) => line.split(' ')[0])).toEqual(['d/a.yaml:3:12', 'd/b.yaml:1:12']);
  });

  it('keeps the order of macros over files', () => {
    const { config } = load({ 'd/a.yaml': 'macros: {z: 1}', 'd/b.yaml': 'macros: {a: 2, z: 1}' });
    expect(config?.macros).toEqual([
      ['z', 1],
      ['a', 2],
    ]);
  });

  it('does not see the anchors of another file', () => {
    const { problems } = load({ 'd/a.yaml': 'x-a: &t {ttl: 1}', 'd/b.yaml': 'models: {m: *t}' });
    expect(problems.join()).toContain('d/b.yaml:1:13 models.m: unknown anchor "t"');
  });

  it('skips a link that leads nowhere, with a warning', () => {
    symlinkSync('nowhere', join(cwd, 'd/.#x.yaml'));
    const { config, warnings } = load({ 'd/a.yaml': 'globalTTL: 3' });
    expect(config?.globalTTL).toBe(3);
    expect(warnings.join()).toContain('d/.#x.yaml is a link to a file that does not exist');
  });

  it('refuses a directory in which every file is a link that leads nowhere', () => {
    symlinkSync('nowhere', join(cwd, 'd/x.yaml'));
    expect(load({}).problems.join()).toContain('no configuration: none of the files can be read');
  });

  it('says that a directory is not a file', () => {
    const result = loadConfig({ configPath: 'd', cwd, env: {}, platform: 'linux' });
    expect(result.problems[0]?.message).toContain('-config-dir reads the files of a directory');
  });

  it('counts columns without the mark at the beginning of a file', () => {
    expect(load({ 'd/a.yaml': '\uFEFFglobalTTL: -1' }).problems.join()).toContain('d/a.yaml:1:12');
  });

  it('does not repeat a secret that conflicts', () => {
    const { problems } = load({
      'd/a.yaml': 'metrics: {token: hunter2}\nmacros: {HF_TOKEN: abc}',
      'd/b.yaml': 'metrics: {token: swordfish}\nmacros: {HF_TOKEN: def}',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/hunter2|swordfish|abc|def/);
  });

  it('refuses a link to a directory that is named like a fragment', () => {
    symlinkSync('.', join(cwd, 'd/x.yaml'));
    expect(load({ 'd/a.yaml': '' }).problems.join()).toContain('d/x.yaml cannot be read');
  });

  it('lists the plugins of a configuration with problems', () => {
    expect(load({ 'd/a.yaml': 'plugins: [p]\nglobalTTL: -1' }).plugins).toEqual(['p']);
  });
});
