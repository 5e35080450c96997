/** Causes that model servers have in common, with what usually helps; the first match counts. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /out of memory|cudamalloc|oom|failed to allocate|insufficient memory/i,
    'It does not fit into memory. Use a smaller quantisation or context, fewer GPU layers, or let another model be evicted for it.',
  ],
  [
    /address already in use|eaddrinuse|bind.*fail|couldn't bind/i,
    'Its port is taken by another program. Use ${PORT} in the command so that Drover picks a free one.',
  ],
  [
    /unknown (argument|option|flag)|unrecognized|invalid (argument|option)/i,
    'The server does not know one of the flags in its command. Compare the command with the help of the installed version.',
  ],
  [
    /enoent|command not found|program not found|spawn .* failed|executable.*not found/i,
    'The program in its command was not found. Give its full path, or put it on the PATH of Drover.',
  ],
  [
    /no such file|failed to open|cannot open|file not found|does not exist/i,
    'A file in its command was not found. Check the path as Drover sees it, also inside a container.',
  ],
  [
    /health check|not ready (in|within)|timed? ?out|deadline/i,
    'It did not get ready in time. If it only loads slowly, raise healthCheckTimeout.',
  ],
  [
    /permission denied|eacces/i,
    'Drover may not read a file or run the program. Check owner and mode of both.',
  ],
];

/** What probably helps against a failed load; null when nothing is known. */
export function failureHint(text: string): string | null {
  return HINTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** The last lines of a log, without colour codes and blank ends. */
export function lastLines(text: string, count: number): string {
  // oxlint-disable-next-line no-control-regex -- terminal codes begin with a control character
  const plain = text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').trimEnd();
  return plain.split('\n').slice(-count).join('\n');
}
