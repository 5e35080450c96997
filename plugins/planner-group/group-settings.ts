import { compareIds, PlannerConfig, PluginConfigError, PluginConfigProblem } from '#lib/plugin-api';

/** One group with its flags; see {@link readGroups}. */
export interface Group {
  readonly name: string;
  /** At most one member is resident. */
  readonly swap: boolean;
  /** Loading a member evicts models of other groups. */
  readonly exclusive: boolean;
  /** Other groups cannot evict the members. */
  readonly persistent: boolean;
}

/** Name of the group of all models that are in no other. */
export const DEFAULT_GROUP = '(default)';

/**
 * Reads `{ groups }` (a Map or a plain object by name) into the group of every model. Aliases are
 * resolved; models in no group join {@link DEFAULT_GROUP}, which swaps, is exclusive and is not
 * persistent unless the settings say otherwise.
 *
 * @throws PluginConfigError with every problem: wrong types, unknown members, a member twice.
 */
export function readGroups(config: PlannerConfig): ReadonlyMap<string, Group> {
  const reader = new GroupReader(config);
  for (const [name, value] of entries(property(config.settings, 'groups')))
    reader.group(name, value);
  return reader.finish();
}

class GroupReader {
  private readonly problems: PluginConfigProblem[] = [];
  private readonly groupOf = new Map<string, Group>();
  private defaultGroup: Group = {
    name: DEFAULT_GROUP,
    swap: true,
    exclusive: true,
    persistent: false,
  };

  constructor(private readonly config: PlannerConfig) {}

  group(name: string, value: unknown): void {
    const path = `groups.${name}`;
    if (typeof value !== 'object' || value === null) {
      return this.problem(path, 'is not a group; expected swap, exclusive, persistent, members');
    }
    const group: Group = {
      name,
      swap: this.flag(value, { path, key: 'swap', byDefault: true }),
      exclusive: this.flag(value, { path, key: 'exclusive', byDefault: true }),
      persistent: this.flag(value, { path, key: 'persistent', byDefault: false }),
    };
    if (name === DEFAULT_GROUP) this.defaultGroup = group;
    const members = property(value, 'members') ?? [];
    if (!Array.isArray(members)) return this.problem(`${path}.members`, 'is not a list of models');
    members.forEach((member, index) => this.member(member, group, `${path}.members[${index}]`));
  }

  finish(): ReadonlyMap<string, Group> {
    if (this.problems.length) throw new PluginConfigError(this.problems);
    for (const { id } of this.config.models.toSorted((a, b) => compareIds(a.id, b.id))) {
      if (!this.groupOf.has(id)) this.groupOf.set(id, this.defaultGroup);
    }
    return this.groupOf;
  }

  private member(member: unknown, group: Group, path: string): void {
    const id = typeof member === 'string' ? this.config.resolve(member) : null;
    if (id === null) {
      const known = this.config.models.map((model) => model.id).join(', ');
      return this.problem(path, `"${String(member)}" is no model or alias; models: ${known}`);
    }
    const other = this.groupOf.get(id);
    if (other === group)
      return this.problem(path, `model ${id} is a member of ${group.name} twice`);
    if (other) {
      const both = `${other.name} and ${group.name}`;
      return this.problem(path, `model ${id} is a member of two groups, ${both}; one is allowed`);
    }
    this.groupOf.set(id, group);
  }

  private flag(value: object, at: { path: string; key: string; byDefault: boolean }): boolean {
    const flag = property(value, at.key) ?? at.byDefault;
    if (typeof flag === 'boolean') return flag;
    this.problem(`${at.path}.${at.key}`, `is ${JSON.stringify(flag)}; allowed are true and false`);
    return at.byDefault;
  }

  private problem(path: string, message: string): void {
    this.problems.push({ path, message });
  }
}

function property(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key) as unknown;
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function entries(value: unknown): Iterable<[string, unknown]> {
  if (value instanceof Map) return value as Map<string, unknown>;
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
