import { Command } from './cli-io.interface.js';

/** A sub-command: what it does, and its code, which is loaded only when it is called. */
export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every sub-command by name, in the order of the help text. Add a line here for a new one. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map<string, CommandEntry>([
  [
    'check',
    {
      summary: 'Checks a configuration, or tells what a reload would do.',
      load: async () => (await import('./check.command.js')).runCheck,
    },
  ],
  [
    'completion',
    {
      summary: 'Prints the completion script of a shell: bash, zsh or fish.',
      load: async () => (await import('./completion.command.js')).runCompletion,
    },
  ],
  [
    'demo-server',
    {
      summary: 'Serves made-up answers in the formats of llama-server, for trying things out.',
      load: async () => (await import('./demo-server.command.js')).runDemoServer,
    },
  ],
  [
    'monitor',
    {
      summary: 'Shows what is measured on this machine and its GPUs.',
      load: async () => (await import('./monitor.command.js')).runMonitor,
    },
  ],
  [
    'plan',
    {
      summary: 'Tells what would be evicted if a model were asked for.',
      load: async () => (await import('./plan.command.js')).runPlan,
    },
  ],
  [
    'plugins',
    {
      summary: 'Lists the plugins with their versions and files.',
      load: async () => (await import('./plugins.command.js')).runPlugins,
    },
  ],
  [
    'simulate',
    {
      summary: 'Replays routing traces under a virtual clock and prints what happens.',
      load: async () => (await import('./simulate.command.js')).runSimulate,
    },
  ],
]);
