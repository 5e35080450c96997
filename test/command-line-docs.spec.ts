import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.js';
import { mainFlagSet } from '../src/cli/main-flags.js';

const text = readFileSync(join(import.meta.dirname, '../docs/command-line.md'), 'utf8');

/** First cells of the rows of all tables. */
const cells = text.match(/^\| [^|]+/gm)!.join('\n');

describe('docs/command-line.md', () => {
  it('explains every flag of the server, and no other', () => {
    const known = mainFlagSet()
      .flags.usage()
      .match(/^ {2}-[a-z-]+/gm)!;
    const explained = cells.match(/`-[a-z-]+`/g)!;
    expect(explained.map((flag) => flag.slice(1, -1)).toSorted()).toEqual(
      known.map((flag) => flag.trim()).toSorted(),
    );
  });

  it('explains every command, and no other', () => {
    const explained = [...cells.matchAll(/`drover ([a-z-]+)`/g)].map((match) => String(match[1]));
    expect(explained.toSorted()).toEqual([...COMMANDS.keys(), 'help'].toSorted());
  });
});
