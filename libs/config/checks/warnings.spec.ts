import { describe, expect, it } from 'vitest';
import { loadText } from '../testing/load-text.js';

const PROXY = 'proxy: "http://h:1"';
const MODEL = `models: {m: {cmd: run, ${PROXY}}}`;

/** What loads and probably does not do what its author wants, with words of the warning. */
const DOUBTFUL: readonly (readonly [text: string, ...words: string[]])[] = [
  ['models: {m: ~}', 'f:1:13 models.m: ', 'cannot start'],
  [`models: {m: {${PROXY}}}`, 'models.m.cmd', 'is empty'],
  ['models: {m: {cmd: run, proxy: ""}}', 'models.m.proxy', 'is empty'],
  ['models: {m: {cmd: run, proxy: "localhost:80"}}', 'did you mean http://localhost:80?'],
  ['models: {m: {cmd: run, proxy: "ftp://h"}}', 'only http and https'],
  ['models: {m: {cmd: run, proxy: "//h"}}', 'no complete address'],
  [`models: {m: {cmd: "run 'x", ${PROXY}}}`, 'models.m.cmd', 'quote'],
  [`models:\n  m:\n    cmd: |\n      run a\\\\\n      b\n    ${PROXY}`, 'two backslashes'],
  [`models:\n  m:\n    ${PROXY}\n    cmd: |\n      run # note`, 'no comment'],
  [`models: {m: {cmd: run, ${PROXY}, timeouts: {connect: -3}}}`, 'timeouts.connect', '(-3)'],
  [`models: {m: {cmd: run, ${PROXY}, healthCheckTimeout: 9}}`, 'obsolete'],
  [`models: {m: {cmd: run, ${PROXY}, colour: 1}}`, 'models.m.colour', 'unknown key'],
  [`models: {m: {cmd: run, ${PROXY}, timeouts: {conect: 1}}}`, 'did you mean connect?'],
  [`models: {m: {cmd: run, ${PROXY}, aliases: [m]}}`, "model's own id"],
  [
    `models: {m: {cmd: run, ${PROXY}, aliases: [n]}, n: {cmd: run, proxy: "http://h:2"}}`,
    'models.m.aliases[0]',
    'never used',
  ],
  [
    'models: {m: {cmd: run, proxy: "http://localhost:9"}, n: {cmd: run, proxy: "http://127.0.0.1:9"}}',
    'models.n.proxy',
    'port 9',
  ],
  ['startPort: 65535\nmodels: {a: {cmd: "x ${PORT}"}, b: {cmd: "x ${PORT}"}}', 'models.b', '65536'],
  [`${MODEL}\ngroups: {g: ~}`, 'groups.g', 'no members'],
  [`${MODEL}\nhooks: {on_startup: {preload: [m, ghost]}}`, 'preload[1]', 'ghost'],
  [
    `${MODEL}\nrouting: {router: {settings: {matrix: {sets: {s: m}}}}}`,
    'routing.router.settings.matrix',
    'no effect',
  ],
  [
    `${MODEL}\nrouting: {router: {use: matrix, settings: {matrix: {sets: {s: m}}, groups: {g: {members: [x]}}}}}`,
    'groups.g.members[0]',
    '"x" is neither',
  ],
  ['macros: {BIG: 1.5e6, SMALL: 1.5}', 'macros.BIG', '1.5e+06'],
  [`models: {m: {${PROXY}, cmd: "run 'a\n\n  # b\n\n  c'"}}`, 'models.m.cmd', 'inside quotes'],
  ['listen: ":80"', '-listen'],
  ['modles: {}', 'did you mean models?'],
  ['logLevel: LOUD', 'logLevel', 'info'],
  ['logTimeFormat: whenever', 'rfc3339nano'],
  ['healthCheckTimeout: 3', 'counts as 15'],
  ['globalTTL: 1\n---\nglobalTTL: 2', 'f:2:1', 'first YAML document'],
  ['hello', 'counts as empty'],
];

describe('warnings', () => {
  it.each(DOUBTFUL)('comes for %s', (text, ...words) => {
    const { problems, warnings } = loadText(text);
    expect(problems).toEqual([]);
    const all = warnings.join('\n');
    expect(words.filter((word) => !all.includes(word))).toEqual([]);
  });

  it.each([
    [MODEL],
    ['x-anything: {k: 1}'],
    ['templates: {t: &t {ttl: 1}}'],
    [`models: {m: {cmd: 'sh -c "echo # x"', ${PROXY}, metadata: {any: 1}}}`],
    [`models: {m: {cmd: run, ${PROXY}}, n: {cmd: run, ${PROXY}}}`],
    ['routing: {router: {settings: {memory: {k: 1}}}, scheduler: {settings: {fair: {w: 1}}}}'],
  ])('does not come for %s', (text) => {
    expect(loadText(text)).toMatchObject({ problems: [], warnings: [] });
  });

  it('warns of a lost backslash on Windows only', () => {
    const text = `models:\n  m:\n    ${PROXY}\n    cmd: |\n      run D:\\models\\\n      -x\n`;
    expect(loadText(text).warnings).toEqual([]);
    expect(loadText(text, { platform: 'win32' }).warnings.join()).toContain('loses the backslash');
  });
});

describe('aliases in groups and priorities', () => {
  const models = `models: {a: {cmd: x, ${PROXY}, aliases: [n]}, b: {cmd: x, ${PROXY}}}`;

  it('stand for their models', () => {
    const text = `${models}\ngroups: {g: {members: [b, n]}}\nrouting: {scheduler: {settings: {fifo: {priority: {n: 3}}}}}`;
    const { config } = loadText(text);
    expect(config?.routing.priority).toEqual(new Map([['a', 3]]));
    expect(config?.routing.planner.settings).toMatchObject({
      groups: new Map([
        ['g', { swap: true, exclusive: true, persistent: false, members: ['b', 'a'] }],
        ['(default)', { swap: true, exclusive: true, persistent: false, members: [] }],
      ]),
    });
  });

  it('count less than the id, with a warning', () => {
    const text = `${models}\ngroups: {g: {members: [n]}, h: {members: [a]}}\nrouting: {scheduler: {settings: {fifo: {priority: {n: 3, a: 4}}}}}`;
    const { config, warnings } = loadText(text);
    expect(config?.routing.priority).toEqual(new Map([['a', 4]]));
    expect(warnings.map((line) => line.split(': ')[0])).toEqual([
      'f:2:24 groups.g.members[0]',
      'f:3:55 routing.scheduler.settings.fifo.priority.n',
    ]);
  });
});
