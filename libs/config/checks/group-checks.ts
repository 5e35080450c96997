import { GroupConfig } from '../config.interface.js';
import { DroverOptions } from '../options/drover.options.js';
import { GroupOptions } from '../options/routing.options.js';
import { compareBytes } from '../yaml/compare-bytes.js';
import { KeyPath } from '../yaml/key-path.js';
import { Report } from './check-context.js';
import { NameIndex } from './name-index.js';

/** Name of the group that holds the models that are in no other. */
export const DEFAULT_GROUP = '(default)';

/** What groups are checked against. */
export interface GroupContext {
  readonly options: DroverOptions;
  readonly names: NameIndex;
  /** Where the groups stand in the file. */
  readonly path: KeyPath;
  readonly error: Report;
  readonly warn: Report;
}

/**
 * Checks the members of all groups and completes them: aliases become their models, and the default
 * group takes the models that are left.
 */
export function resolveGroups(
  groups: ReadonlyMap<string, GroupOptions>,
  context: GroupContext,
): Map<string, GroupConfig> {
  const claims = new GroupClaims(context);
  for (const [name, { members }] of groups) {
    claims.claimIds(name, members);
    if (members.length === 0 && name !== DEFAULT_GROUP) {
      context.warn([...context.path, name], 'has no members and no effect');
    }
  }
  for (const [name, { members }] of groups) claims.claimAliases(name, members);
  const rest = [...context.options.models.keys()]
    .filter((id) => !claims.holders.has(id))
    .toSorted(compareBytes);
  const result = new Map<string, GroupConfig>();
  for (const [name, { swap, exclusive, persistent }] of groups) {
    const members = claims.membersOf(name);
    if (name === DEFAULT_GROUP) members.push(...rest);
    result.set(name, { swap, exclusive, persistent, members });
  }
  if (!result.has(DEFAULT_GROUP)) {
    const members = rest;
    result.set(DEFAULT_GROUP, { swap: true, exclusive: true, persistent: false, members });
  }
  return result;
}

/** Who is a member of what. An id counts more than an alias, so it is looked at first. */
class GroupClaims {
  /** Group of each model that is in one. */
  readonly holders = new Map<string, string>();
  private readonly positions = new Map<string, Map<number, string>>();

  constructor(private readonly context: GroupContext) {}

  membersOf(group: string): string[] {
    const members = this.positions.get(group) ?? new Map<number, string>();
    return [...members].toSorted(([a], [b]) => a - b).map(([, id]) => id);
  }

  claimIds(group: string, members: readonly string[]): void {
    const seen = new Set<string>();
    members.forEach((member, index) => {
      const path = [...this.context.path, group, 'members', index];
      if (seen.has(member)) {
        this.context.error(path, `duplicate member: "${member}" is in group ${group} twice`);
        return;
      }
      seen.add(member);
      if (this.context.names.local(member) === null) {
        this.context.error(path, `"${member}" is neither a model nor an alias`);
      } else if (this.context.options.models.has(member)) this.claim(member, group, index);
    });
  }

  claimAliases(group: string, members: readonly string[]): void {
    members.forEach((member, index) => {
      if (this.context.options.models.has(member)) return;
      const id = this.context.names.local(member);
      if (id === null) return;
      const path = [...this.context.path, group, 'members', index];
      const holder = this.holders.get(id);
      if (holder === undefined) this.take(id, group, index);
      else if (this.positions.get(group)?.get(index) !== id) {
        const message = `"${member}" is an alias of ${id}, which is in group ${holder} already`;
        this.context.warn(path, message);
      }
    });
  }

  private claim(id: string, group: string, index: number): void {
    const holder = this.holders.get(id);
    if (holder === undefined) this.take(id, group, index);
    else {
      const path = [...this.context.path, group, 'members', index];
      this.context.error(path, `"${id}" is in multiple groups: ${holder} and ${group}`);
    }
  }

  private take(id: string, group: string, index: number): void {
    this.holders.set(id, group);
    const positions = this.positions.get(group) ?? new Map<number, string>();
    this.positions.set(group, positions.set(index, id));
  }
}
