import { CliIo, Command } from './cli-io.interface.js';
import { CommandEntry } from './commands.js';
import { mainFlagSet } from './main-flags.js';

/** A flag as a usage listing has it. */
export interface FlagLine {
  /** With its dash. */
  readonly name: string;
  /** What stands for its value; empty for a boolean flag. */
  readonly placeholder: string;
  readonly help: string;
}

/** A command with its flags; the server itself has the empty name. */
export interface CommandUsage {
  readonly name: string;
  readonly summary: string;
  /** Words that it takes behind its flags, such as `FILE...`; empty for none. */
  readonly operands: string;
  readonly flags: readonly FlagLine[];
}

/** Name and value on a line of their own, or `--name VALUE` with the text beside them. */
const FLAG = /^ {2}-?(-[a-z-]+)(?: (\S+))?(?:\n +\t| {2,})(.*)$/gm;

const NOWHERE: CliIo = {
  stdout: { write: () => true },
  stderr: { write: () => true },
  env: {},
  cwd: '/',
};

/** Reads the flags of a usage listing. */
export function readUsage(text: string): FlagLine[] {
  return [...text.matchAll(FLAG)].map(([, name = '', placeholder = '', help = '']) => ({
    name,
    placeholder,
    help,
  }));
}

/** What the program understands: the server first, then every command as it tells it itself. */
export async function programUsage(
  commands: ReadonlyMap<string, CommandEntry>,
): Promise<CommandUsage[]> {
  const server = {
    name: '',
    summary: 'Runs the server until a signal ends it.',
    operands: '',
    flags: readUsage(mainFlagSet().flags.usage()),
  };
  const others: CommandUsage[] = [];
  for (const [name, { summary, load }] of commands) {
    const text = await helpOf(await load());
    const title = text.split('\n', 1)[0] ?? '';
    const operands = /(?:\[flags\]) (.+)$/.exec(title)?.[1] ?? '';
    others.push({ name, summary, operands, flags: readUsage(text) });
  }
  return [server, ...others];
}

async function helpOf(command: Command): Promise<string> {
  let text = '';
  const collect = { write: (piece: string | Uint8Array) => (text += String(piece)) };
  await command(['-h'], { ...NOWHERE, stdout: collect, stderr: collect });
  return text;
}
