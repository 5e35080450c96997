import { describe, expect, it } from 'vitest';
import { PosixProcessTree } from './posix-process.tree.js';
import { SpawnCommand } from './process-spawner.interface.js';
import { WindowsProcessTree } from './windows-process.tree.js';

function posix(
  reachable: readonly number[],
  runs = true,
): { tree: PosixProcessTree; sent: string[] } {
  const sent: string[] = [];
  const table = {
    bootId: () => null,
    startTime: () => null,
    groupRuns: () => runs,
    marked: () => [],
  };
  const tree = new PosixProcessTree(table, (pid, signal) => {
    if (!reachable.includes(pid)) throw new Error('ESRCH');
    sent.push(`${signal} ${pid}`);
  });
  return { tree, sent };
}

describe('PosixProcessTree', () => {
  it('asks and kills the group', () => {
    const { tree, sent } = posix([-7, 7]);
    tree.ask(7);
    tree.kill(7);
    expect(sent).toEqual(['SIGTERM -7', 'SIGKILL -7']);
  });

  it('asks the child alone when there is no group, but never kills a reaped id', () => {
    const { tree, sent } = posix([7]);
    tree.ask(7);
    tree.kill(7);
    expect(sent).toEqual(['SIGTERM 7']);
  });

  it('does not take a group of zombies, or none at all, for alive', () => {
    expect(posix([-7]).tree.alive(7)).toBe(true);
    expect(posix([-7], false).tree.alive(7)).toBe(false);
    expect(posix([]).tree.alive(7)).toBe(false);
  });
});

describe('WindowsProcessTree', () => {
  it('uses taskkill on the tree, by force only to kill', () => {
    const spawned: SpawnCommand[] = [];
    const tree = new WindowsProcessTree({
      spawn: (command) => {
        spawned.push(command);
        return Promise.reject(new Error('not on this system'));
      },
    });
    tree.ask(7);
    tree.kill(7);
    expect(spawned.map(({ argv }) => argv.join(' '))).toEqual([
      'taskkill /t /pid 7',
      'taskkill /f /t /pid 7',
    ]);
    expect(tree.alive()).toBe(false);
  });
});
