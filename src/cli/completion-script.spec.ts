import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.js';
import { completionScript, SHELLS } from './completion-script.js';
import { manPage } from './man-page.js';
import { programUsage, readUsage } from './usage-text.js';

const usages = await programUsage(COMMANDS);

describe('readUsage', () => {
  it('reads what a set of flags writes', () => {
    const text = 'title\n  -config path\n    \tOne file.\n  -json\n    \tAs JSON. (default x)\n';
    expect(readUsage(text)).toEqual([
      { name: '-config', placeholder: 'path', help: 'One file.' },
      { name: '-json', placeholder: '', help: 'As JSON. (default x)' },
    ]);
  });

  it('reads a listing in columns', () => {
    expect(readUsage('  --port N      port to listen on\n')).toEqual([
      { name: '-port', placeholder: 'N', help: 'port to listen on' },
    ]);
  });
});

describe('programUsage', () => {
  it('knows the flags of the server and of every command', () => {
    expect(usages.map(({ name }) => name)).toEqual(['', ...COMMANDS.keys()]);
    for (const { name, flags, operands } of usages) {
      expect([name, flags.length > 0 || operands !== '']).toEqual([name, true]);
    }
  });
});

describe.each(SHELLS)('completion of %s', (shell) => {
  const script = completionScript(shell, usages);

  it('has every command and every flag', () => {
    for (const { name, flags } of usages) {
      expect(script).toContain(name);
      for (const flag of flags) expect(script).toContain(flag.name.slice(1));
    }
  });

  it('runs nothing but the shell’s own commands', () => {
    expect(script).not.toMatch(/`|\beval\b/);
  });
});

describe('manPage', () => {
  it('escapes what roff would take for its own', () => {
    const flags = [{ name: '-a-b', placeholder: 'x', help: ".leads with a dot, \\ and 'q'" }];
    const page = manPage([{ name: '', summary: '', operands: '', flags }]);
    expect(page).toContain('.BI \\-a\\-b " x"\n\\&.leads with a dot, \\e and \'q\'');
  });

  it('begins every line of text with a letter', () => {
    for (const line of manPage(usages).split('\n')) expect(line).not.toMatch(/^[ ']/);
  });
});
