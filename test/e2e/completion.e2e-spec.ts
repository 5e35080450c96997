import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DROVER_MAIN, runDrover } from '../support/drover-process.js';

function scriptOf(shell: string): string {
  const args = [DROVER_MAIN, 'completion', shell];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

const script = scriptOf('bash');

/** Whether this machine has a shell; Debian's packages are called as the shells. */
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash offers behind these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const line = ['drover', ...words].map((word) => `'${word}'`).join(' ');
  const program = [
    script,
    `COMP_WORDS=(${line})`,
    `COMP_CWORD=${words.length}`,
    '_drover',
    String.raw`printf '%s\n' "${'${COMPREPLY[@]}'}"`,
  ].join('\n');
  const output = execFileSync('bash', ['--norc', '-c', program], { encoding: 'utf8', cwd: '/' });
  return output.split('\n').filter((word) => word !== '');
}

describe('drover completion', () => {
  it.each([
    { words: ['-tls'], expected: ['-tls-cert-file', '-tls-key-file'] },
    { words: ['simu'], expected: ['simulate'] },
    { words: ['-log-format', ''], expected: ['text', 'json'] },
    { words: ['--log-format', 'j'], expected: ['json'] },
    { words: ['plan', '-r'], expected: ['-request', '-running'] },
    { words: ['completion', 'z'], expected: ['zsh'] },
    { words: ['-config', '/etc/passw'], expected: ['/etc/passwd'] },
    { words: ['-listen', ''], expected: [] },
  ])('offers in bash behind $words: $expected', ({ words, expected }) => {
    expect(offered(...words).filter((word) => !/passwd-/.test(word))).toEqual(expected);
  });

  it('is loaded by bash as its help says', () => {
    const program = `source <("${process.execPath}" "${DROVER_MAIN}" completion bash) && complete -p drover`;
    const output = execFileSync('bash', ['--norc', '-c', program], { encoding: 'utf8' });
    expect(output).toContain('-F _drover drover');
  });

  it('wants the name of a shell', async () => {
    const ending = await runDrover(['completion', 'tcsh']);
    expect(ending.code).toBe(2);
    expect(ending.stderr).toMatch(/name one shell: bash, zsh, fish/);
  });
});

/** Word lists that every shell has to offer alike. */
const ALIKE = [
  { words: ['-tls'], expected: ['-tls-cert-file', '-tls-key-file'] },
  { words: ['simu'], expected: ['simulate'] },
  { words: ['completion', 'z'], expected: ['zsh'] },
  { words: ['plan', '-r'], expected: ['-request', '-running'] },
];

describe.runIf(has('fish'))('drover completion in fish', () => {
  it.each(ALIKE)('offers behind $words: $expected', ({ words, expected }) => {
    const program = `${scriptOf('fish')}\ncomplete --do-complete 'drover ${words.join(' ')}'`;
    const args = ['--no-config', '-c', program];
    const output = execFileSync('fish', args, { encoding: 'utf8', cwd: '/', env: { HOME: '/' } });
    const offers = output.split('\n').map((line) => line.split('\t')[0]!);
    expect(offers.filter((offer) => offer !== '').toSorted()).toEqual(expected);
  });
});

describe.runIf(has('zsh'))('drover completion in zsh', () => {
  it.each(ALIKE)('offers behind $words: $expected', ({ words, expected }) => {
    // What the completion system does around the function: its words, and what matches is kept.
    const program = [
      'compdef() { :; }; _files() { :; }',
      `compadd() { shift; print -l -- \${(M)@:#${words.at(-1)}*}; }`,
      scriptOf('zsh'),
      `words=(drover ${words.join(' ')}); CURRENT=${words.length + 1}`,
      '_drover',
    ].join('\n');
    const output = execFileSync('zsh', ['-f', '-c', program], { encoding: 'utf8', cwd: '/' });
    expect(output.split('\n').filter((offer) => offer !== '')).toEqual(expected);
  });

  it('is loaded by its completion system from a folder of $fpath', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-zsh-'));
    writeFileSync(join(folder, '_drover'), scriptOf('zsh'));
    const program = `fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[drover]`;
    const output = execFileSync('zsh', ['-f', '-c', program], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(output.trim()).toBe('_drover');
  });
});
