import { describe, expect, it } from 'vitest';
import { Command } from './cli-io.interface.js';
import { COMMANDS } from './commands.js';
import { dispatch, mainUsage } from './dispatch.js';
import { textIo } from './testing/text-io.js';

function table() {
  const calls: [string, string[]][] = [];
  const recorder =
    (name: string, status: number): (() => Promise<Command>) =>
    async () =>
    async (args) => {
      calls.push([name, args]);
      return status;
    };
  const commands = new Map([['check', { summary: 'Checks.', load: recorder('check', 7) }]]);
  return { calls, table: { commands, loadServe: recorder('serve', 3) } };
}

describe('dispatch', () => {
  it('hands a sub-command the words behind its name', async () => {
    const { calls, table: entries } = table();
    expect(await dispatch(['check', '-json', 'x'], textIo(), entries)).toBe(7);
    expect(calls).toEqual([['check', ['-json', 'x']]]);
  });

  it.each([[[]], [['-config', 'x']], [['word']], [['-x', 'check']]])(
    'runs the server with %j',
    async (args) => {
      const { calls, table: entries } = table();
      expect(await dispatch(args, textIo(), entries)).toBe(3);
      expect(calls).toEqual([['serve', args]]);
    },
  );

  it('asks a command for its own help', async () => {
    const { calls, table: entries } = table();
    await dispatch(['help', 'check'], textIo(), entries);
    expect(calls).toEqual([['check', ['-h']]]);
  });

  it('lists flags and commands', async () => {
    const io = textIo();
    expect(await dispatch(['help'], io, table().table)).toBe(0);
    expect(io.out()).toContain('  -config-dir path\n');
    expect(io.out()).toContain('  check  Checks.\n');
  });

  it('can load every command that the help text names', async () => {
    for (const [name, entry] of COMMANDS) {
      expect(mainUsage()).toContain(`  ${name}`);
      expect(await entry.load()).toBeTypeOf('function');
    }
  });
});
