import { CommandUsage, FlagLine } from './usage-text.js';

/** Shells for which there is a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A shell that completes words. */
export type Shell = (typeof SHELLS)[number];

/** The completion script of a shell. */
export function completionScript(shell: Shell, usages: readonly CommandUsage[]): string {
  if (shell === 'fish') return fishScript(usages);
  // What names no command is a flag of the server, so that its case is the last.
  const cases = usages.map(shellCase).toReversed();
  return shell === 'bash' ? bashScript(usages, cases) : zshScript(usages, cases);
}

const PATHS = new Set(['path', 'file', 'FILE', 'dir', 'folder']);

function bashScript(usages: readonly CommandUsage[], cases: readonly string[]): string {
  return `# bash completion of drover; put "source <(drover completion bash)" into ~/.bashrc
_drover() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$previous" in
${valueCases(usages)}
  esac
  if ((COMP_CWORD == 1)); then words+=" ${commandNames(usages).join(' ')}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ "$current" != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _drover drover
`;
}

/** Cases of flags that want a value: the words it can be, or a path. */
function valueCases(usages: readonly CommandUsage[]): string {
  const flags = new Map(usages.flatMap(({ flags: all }) => all.map((flag) => [flag.name, flag])));
  return [...flags.values()]
    .filter(({ placeholder }) => placeholder !== '')
    .map(({ name, placeholder }) => {
      const words = wordsOf(placeholder);
      const reply = words ? `compgen -W "${words.join(' ')}" --` : pathReply(placeholder);
      return `    ${name}|-${name}) COMPREPLY=($(${reply} "$current")); return;;`;
    })
    .join('\n');
}

function pathReply(placeholder: string): string {
  return PATHS.has(placeholder) ? 'compgen -f --' : 'compgen -W "" --';
}

function zshScript(usages: readonly CommandUsage[], cases: readonly string[]): string {
  return `#compdef drover
# zsh completion of drover; put this into a file _drover in a folder of $fpath
_drover() {
  local words_=""
  case "\${words[2]}" in
${cases.join('\n').replaceAll('words=', 'words_=')}
  esac
  if ((CURRENT == 2)); then words_+=" ${commandNames(usages).join(' ')}"; fi
  compadd -- \${=words_}
  _files
}
if [ "$funcstack[1]" = "_drover" ]; then _drover; else compdef _drover drover; fi
`;
}

/** The case of one command: its flags, and what its first operand can be. */
function shellCase(usage: CommandUsage): string {
  const words = [...usage.flags.map((flag) => flag.name), ...operandsOf(usage)].join(' ');
  return `    ${usage.name || '*'}) words="${words}";;`;
}

function fishScript(usages: readonly CommandUsage[]): string {
  const names = commandNames(usages);
  const none = `not __fish_seen_subcommand_from ${names.join(' ')}`;
  const lines = usages.flatMap((usage) => {
    const { name, summary, flags } = usage;
    const when = name === '' ? none : `__fish_seen_subcommand_from ${name}`;
    const begin = `complete -c drover -n '${when}'`;
    const offer =
      name === '' ? [] : [`complete -c drover -f -n '${none}' -a ${name} -d ${quote(summary)}`];
    const operands = operandsOf(usage).map((word) => `${begin} -f -a ${word}`);
    return [...offer, ...operands, ...flags.map((flag) => `${begin} ${fishFlag(flag)}`)];
  });
  const title = '# fish completion of drover; put it into ~/.config/fish/completions/drover.fish';
  return [title, ...lines, ''].join('\n');
}

function fishFlag({ name, placeholder, help }: FlagLine): string {
  const words = wordsOf(placeholder);
  const value = placeholder === '' ? '' : words ? ` -x -a '${words.join(' ')}'` : ' -r';
  return `-o ${name.slice(1)}${value} -d ${quote(help)}`;
}

function wordsOf(placeholder: string): string[] | null {
  return placeholder.includes('|') ? placeholder.split('|') : null;
}

function operandsOf({ operands }: CommandUsage): readonly string[] {
  return wordsOf(operands) ?? [];
}

function commandNames(usages: readonly CommandUsage[]): string[] {
  return [...usages.map(({ name }) => name).filter((name) => name !== ''), 'help'];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
