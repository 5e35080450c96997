import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.js';
import { manPage } from '../src/cli/man-page.js';
import { programUsage } from '../src/cli/usage-text.js';

describe('man/drover.1', () => {
  it('is what the table of commands says: npm run man writes it', async () => {
    const written = readFileSync(join(import.meta.dirname, '../man/drover.1'), 'utf8');
    expect(written).toBe(manPage(await programUsage(COMMANDS)));
  });
});
