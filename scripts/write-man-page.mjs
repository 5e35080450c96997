/** `npm run man`: writes man/drover.1 from the table of commands. Works on the built files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../dist/src/cli/commands.js';
import { manPage } from '../dist/src/cli/man-page.js';
import { programUsage } from '../dist/src/cli/usage-text.js';

const folder = join(import.meta.dirname, '..', 'man');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'drover.1'), manPage(await programUsage(COMMANDS)));
