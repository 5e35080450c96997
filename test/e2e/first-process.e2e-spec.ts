import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder, until } from '../support/drover-folder.js';
import { descendantsOf } from '../support/process-tree.js';

/** Makes a program the first process of a namespace, as a container does. */
const AS_FIRST = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
];

const isAllowed = spawnSync(AS_FIRST[0]!, [...AS_FIRST.slice(1), 'true']).status === 0;

/** Process id of what a shell runs with this argument. */
function processWith(argument: string): string | undefined {
  return readdirSync('/proc').find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(-2)[0] === argument;
    } catch {
      return false;
    }
  });
}

describe.runIf(isAllowed)('Drover as the first process of a container', () => {
  it('takes in what models leave behind, passes signals on and ends with its status', async () => {
    await using folder = new DroverFolder();
    const hold = join(folder.path, 'hold');
    writeFileSync(hold, '');
    writeFileSync(join(folder.path, 'waits.sh'), 'while [ -e "$1" ]; do sleep 0.05; done\n');
    const cmd = `sh -c '(sh waits.sh ${hold} &); exec ${folder.fakeServer('a')}'`;
    folder.configure('models:', '  a:', `    cmd: ${JSON.stringify(cmd)}`);
    const drover = folder.start([], { launcher: AS_FIRST });
    const base = await drover.listening();
    expect((await chat(base, 'a')).status).toBe(200);
    const orphan = processWith(hold);
    expect(orphan).toBeDefined();
    rmSync(hold);
    // As a zombie it would be there until the end.
    await until(() => !existsSync(`/proc/${orphan}`));
    const [first] = descendantsOf(drover.child.pid!);
    process.kill(first!.pid, 'SIGHUP');
    await drover.match(/nothing has changed|reload/i);
    process.kill(first!.pid, 'SIGTERM');
    const ending = await drover.end();
    expect(ending.stdout).toContain('SIGTERM: shutting down');
    expect([ending.code, ending.stderr]).toEqual([0, '']);
  });
});
