import { Command, CliIo } from './cli-io.interface.js';
import { COMMANDS, CommandEntry } from './commands.js';
import { mainFlagSet } from './main-flags.js';

/** What {@link dispatch} chooses from. */
export interface DispatchTable {
  readonly commands: ReadonlyMap<string, CommandEntry>;
  /** Runs the server; called with all arguments when the first word names no command. */
  readonly loadServe: () => Promise<Command>;
}

const TABLE: DispatchTable = {
  commands: COMMANDS,
  loadServe: async () => (await import('./serve.command.js')).runServe,
};

/** Runs the sub-command that the first word names, or else the server. */
export async function dispatch(args: string[], io: CliIo, table = TABLE): Promise<number> {
  const [name = '', ...following] = args;
  if (name === 'help') return runHelp(following, io, table);
  const entry = table.commands.get(name);
  if (entry) return (await entry.load())(following, io);
  return (await table.loadServe())(args, io);
}

/** The complete usage listing: the flags of the server, then the sub-commands. */
export function mainUsage(commands: ReadonlyMap<string, CommandEntry> = COMMANDS): string {
  const width = Math.max(0, ...[...commands.keys()].map((name) => name.length));
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    mainFlagSet().flags.usage(),
    'Commands (drover COMMAND -h tells their flags):',
    ...lines,
    '',
    'Example:',
    '  drover -config models.yaml -listen 127.0.0.1:8080 -watch-config',
    '',
  ].join('\n');
}

async function runHelp(args: string[], io: CliIo, table: DispatchTable): Promise<number> {
  const entry = table.commands.get(args[0] ?? '');
  if (entry) return (await entry.load())(['-h'], io);
  io.stdout.write(mainUsage(table.commands));
  return 0;
}
