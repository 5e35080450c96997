import { describe, expect, it } from 'vitest';
import { loadedConfig, loadText } from '../testing/load-text.js';
import { PortAllocator } from './port-allocator.js';
import { overlayMacros, Substitution } from './substitution.js';
import { integerContent, textContent } from '../yaml/scalar-content.js';
import { ModelConfig } from '../config.interface.js';

function model(text: string, id = 'm'): ModelConfig {
  return loadedConfig(text).models.get(id)!;
}

const P = 'proxy: "http://h:1"';

describe('macros', () => {
  it('let a global macro pick up the override of an earlier one', () => {
    const text = `macros: {root: /srv, ctx: 4096, args: "-c \${ctx}"}
models: {big: {${P}, macros: {ctx: 32768, file: "\${root}/\${MODEL_ID}"}, cmd: "run \${args} -m \${file}"}}`;
    expect(model(text, 'big').cmd).toBe('run -c 32768 -m /srv/big');
  });

  it('keep their types where they are the whole value', () => {
    const text = `macros: {I: 90, F: 0.25, B: true, T: "007", VIA: "\${I}"}
models: {m: {${P}, cmd: x, metadata: {a: "\${I}", b: "\${F}", c: "\${B}", d: "\${T}", e: "\${VIA}", f: "\${I}s"}}}`;
    expect(model(text).metadata).toEqual({ a: 90, b: 0.25, c: true, d: '007', e: 90, f: '90s' });
  });

  it('do not treat dollar signs of a value as patterns', () => {
    const text = `macros: {D: "$& $1 $$"}\nmodels: {m: {${P}, cmd: "run \${D}"}}`;
    expect(model(text).cmd).toBe('run $& $1 $$');
  });

  it('write a literal reference for the escape, everywhere', () => {
    const text = `macros: {KNOWN: v}
models: {m: {${P}, cmd: "sh -c 'echo $\${HOME} $\${KNOWN}'", metadata: {a: "$\${X}", b: ["$\${Y} z"]}}}`;
    expect(model(text).cmd).toBe("sh -c 'echo ${HOME} $v'");
    expect(model(text).metadata).toEqual({ a: '${X}', b: ['${Y} z'] });
  });

  it('leave what only looks like one', () => {
    const cmd = 'echo ${HOME:-x} $HOME ${a.b} ${a b} ${}';
    expect(model(`models: {m: {${P}, cmd: "${cmd}"}}`).cmd).toBe(cmd);
  });

  it('reach the keys of setParamsByID and no others', () => {
    const text = `macros: {K: high}
models: {m: {${P}, cmd: x, filters: {setParamsByID: {"\${MODEL_ID}:\${K}": {"\${K}": "\${K}"}}}}}`;
    expect([...model(text).filters.setParamsByID]).toEqual([['m:high', { '${K}': 'high' }]]);
  });
});

describe('a macro without a value', () => {
  const cmd = (reference: string): string => `models: {m: {${P}, cmd: "x \${${reference}}"}}`;

  it.each([
    [cmd('nope'), 'define nope under macros, or write $${nope} to keep it'],
    [`macros: {root: /srv}\n${cmd('Root')}`, 'did you mean ${root}?'],
    [`macros: {A: "\${B}", B: 1}\n${cmd('A')}`, 'B is declared, but a macro can use only'],
    [`${cmd('L')}\nx: 1`.replace('{m:', `{a: {${P}, macros: {L: 1}}, m:`), 'of model a alone'],
    [cmd('PID'), 'the process id is known in cmdStop only'],
    ['peers: {p: {apiKey: "${MODEL_ID}"}}', 'MODEL_ID has a value only under models'],
    ['macros: {KEY: 1}\npeers: {p: {apiKey: "${KEYS}"}}', 'did you mean ${KEY}?'],
  ])('in %j comes with what to do', (text, advice) => {
    expect(loadText(text).problems.join('\n')).toContain(advice);
  });

  it('in a command that is no text is the only thing said about the model', () => {
    expect(loadText('models: {m: {cmd: [x]}}')).toMatchObject({
      problems: ['f:1:19 models.m.cmd: must be a text (string), is a list'],
      warnings: [],
    });
  });
});

describe('Substitution', () => {
  it('applies the last macro first', () => {
    const macros = [
      { name: 'A', content: integerContent(5) },
      { name: 'B', content: textContent('${A}') },
    ];
    expect(new Substitution(macros).text('${B}-${A}')).toBe('5-5');
    expect(new Substitution(macros.toReversed()).text('${B}')).toBe('${A}');
  });

  it('overlays in place and appends what is new', () => {
    const base = ['a', 'b'].map((name) => ({ name, content: textContent('old') }));
    const own = ['b', 'c'].map((name) => ({ name, content: textContent('new') }));
    const overlaid = overlayMacros(base, own);
    expect(overlaid.map(({ name, content }) => `${name}:${content.text}`)).toEqual([
      'a:old',
      'b:new',
      'c:new',
    ]);
  });
});

describe('PortAllocator', () => {
  it('counts up from the first port', () => {
    const ports = new PortAllocator({ startPort: 7 });
    expect(['x', 'y'].map((id) => ports.portFor(id))).toEqual([7, 8]);
  });

  it('lets models keep their ports and gives nobody a port that was in use', () => {
    const previous = new Map([
      ['a', 7],
      ['gone', 8],
      ['b', 9],
    ]);
    const ports = new PortAllocator({ startPort: 7, previous, previousStartPort: 7 });
    expect(['0', 'a', 'b', 'c'].map((id) => ports.portFor(id))).toEqual([10, 7, 9, 11]);
  });

  it('starts afresh from another first port', () => {
    const previous = new Map([['a', 7]]);
    const ports = new PortAllocator({ startPort: 20, previous, previousStartPort: 7 });
    expect(ports.portFor('a')).toBe(20);
  });
});
