import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { DROVER_MAIN, runDrover } from '../support/drover-process.js';

const script = execFileSync(process.execPath, [DROVER_MAIN, 'completion', 'bash'], {
  encoding: 'utf8',
});

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
