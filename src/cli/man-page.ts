import { CommandUsage, FlagLine } from './usage-text.js';

/** When the text around the tables was last revised. */
const REVISED = '2026-11-21';

/**
 * The manual page `drover(1)` in the macros of man(7).
 *
 * @param usages as `programUsage` returns them, the server first
 */
export function manPage([server, ...commands]: readonly CommandUsage[]): string {
  return [
    '.\\" Written by npm run man from the table of commands.',
    `.TH DROVER 1 ${REVISED} "Drover" "User Commands"`,
    '.SH NAME',
    'drover \\- one port in front of many AI models',
    '.SH SYNOPSIS',
    '.B drover',
    '.RI [ flags ]',
    '.br',
    '.B drover',
    '.I command',
    '.RI [ flags ]',
    '.SH DESCRIPTION',
    'Puts many AI models behind one port. A request names a model; Drover makes sure that its server is',
    'running, stops what has to make room, forwards the request and streams the answer back.',
    '.PP',
    'Flags follow the rules of Go programs:',
    '.B \\-name',
    'is the same as',
    '.BR \\-\\-name ,',
    'values come as',
    '.B \\-name value',
    'or',
    '.BR \\-name=value ,',
    'and a boolean flag takes its value only behind an equals sign.',
    '.SH OPTIONS',
    ...(server?.flags ?? []).flatMap(flagLines),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.TP',
    '.BI help " command"',
    'Lists the flags of a command.',
    ...TAIL,
    '',
  ].join('\n');
}

const TAIL = [
  '.SH SIGNALS',
  '.TP',
  '.B SIGHUP',
  'Reads the configuration and the certificates again.',
  '.TP',
  '.BR SIGINT ", " SIGTERM',
  'Ends Drover in order; the second one, at once.',
  '.SH EXIT STATUS',
  '0 after an orderly end, 1 when the start or the end failed, 2 for a wrong command line.',
  '.SH ENVIRONMENT',
  '.TP',
  '.B DROVER_LISTEN',
  'Listen address where',
  '.B \\-listen',
  'is not given.',
  '.SH FILES',
  'The configuration is named with',
  '.B \\-config',
  'or',
  '.BR \\-config\\-dir ;',
  'an example with every key comes with Drover as',
  '.IR config/drover.example.yaml .',
];

function commandLines({ name, summary, operands, flags }: CommandUsage): string[] {
  const words = operands === '' ? '' : ` " ${escape(operands)}"`;
  const own = flags.length === 0 ? [] : ['.RS', ...flags.flatMap(flagLines), '.RE'];
  return ['.TP', `.BI ${escape(name)}${words}`, escape(summary), ...own];
}

function flagLines({ name, placeholder, help }: FlagLine): string[] {
  const value = placeholder === '' ? '' : ` " ${escape(placeholder)}"`;
  return ['.TP', `.BI ${escape(name)}${value}`, escape(help)];
}

/** Keeps what stands for itself from being read as a request or as typography. */
function escape(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq');
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}
