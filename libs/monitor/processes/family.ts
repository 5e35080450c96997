/** What a process must tell to be sorted into a family. */
export interface Relative {
  readonly parent: number;
  readonly group: number;
}

/**
 * A process with its descendants, itself first; empty when it is not there. Members of the process
 * group that it leads belong to it too: programs that detach lose their parent, not their group.
 */
export function familyOf(root: number, all: ReadonlyMap<number, Relative>): readonly number[] {
  const own = all.get(root);
  if (!own) return [];
  const children = Map.groupBy(all.keys(), (pid) => all.get(pid)!.parent);
  const family = new Set([root]);
  if (own.group === root) {
    for (const [pid, { group }] of all) if (group === root) family.add(pid);
  }
  for (const pid of family) for (const child of children.get(pid) ?? []) family.add(child);
  return [...family];
}
