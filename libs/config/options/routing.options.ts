import { Setting } from './setting.decorator.js';

/** One entry of `groups`. */
export class GroupOptions {
  @Setting({ kind: 'flag', doc: 'At most one member is up; starting one stops the others.' })
  swap = true;

  @Setting({
    kind: 'flag',
    doc: 'Starting a member stops the running models of other groups that are not persistent.',
  })
  exclusive = true;

  @Setting({ kind: 'flag', doc: 'Other groups cannot stop the members.' })
  persistent = false;

  @Setting({ kind: 'texts', doc: 'Models of the group, by id or alias.' })
  members: string[] = [];
}

/** The block `matrix`. */
export class MatrixOptions {
  @Setting({
    kind: 'textMap',
    doc: 'Short names for model ids: 1 to 32 letters, digits, `-` and `.`.',
  })
  vars = new Map<string, string>();

  @Setting({
    kind: 'integerMap',
    doc: 'What it costs to stop a model, by variable or model id: 1 or more. Models that are not listed cost 1.',
  })
  evict_costs = new Map<string, number>();

  @Setting({
    kind: 'textMap',
    default: 'required',
    doc: 'Sets of models that may run together: name and expression, such as `a & (b | c)` or `+other & d`. Earlier sets win ties.',
  })
  sets = new Map<string, string>();
}

/** The block `routing.router.settings`. */
export class RouterSettingsOptions {
  @Setting({ kind: 'blocks', type: () => GroupOptions, doc: 'Groups, as the top-level `groups`.' })
  groups = new Map<string, GroupOptions>();

  @Setting({ kind: 'block', type: () => MatrixOptions, doc: 'As the top-level `matrix`.' })
  matrix: MatrixOptions | null = null;

  @Setting({ kind: 'freeMap', doc: 'Settings of the planner `memory`.' })
  memory = new Map<string, unknown>();
}

/** The block `routing.router`. */
export class RouterOptions {
  @Setting({
    kind: 'text',
    default: '`group`',
    doc: 'What decides which models must stop: `group`, `matrix`, `memory` or the name of a planner of a plugin.',
  })
  use = '';

  @Setting({
    kind: 'block',
    type: () => RouterSettingsOptions,
    doc: 'Settings of the planner; those of a plugin stand under its name.',
  })
  settings = new RouterSettingsOptions();
}

/** The block `routing.scheduler.settings.fifo`. */
export class FifoOptions {
  @Setting({
    kind: 'integerMap',
    doc: 'Priority by model id or alias; higher goes first, default 0. Counts for every scheduler.',
  })
  priority = new Map<string, number>();
}

/** The block `routing.scheduler.settings`. */
export class SchedulerSettingsOptions {
  @Setting({ kind: 'block', type: () => FifoOptions, doc: 'Priorities.' })
  fifo = new FifoOptions();

  @Setting({ kind: 'freeMap', doc: 'Settings of the scheduler `fair`.' })
  fair = new Map<string, unknown>();
}

/** The block `routing.scheduler`. */
export class SchedulerOptions {
  @Setting({
    kind: 'text',
    default: '`fair`',
    doc: 'In which order requests are served: `fair`, `fifo` or the name of a scheduler of a plugin.',
  })
  use = '';

  @Setting({
    kind: 'block',
    type: () => SchedulerSettingsOptions,
    doc: 'Settings of the scheduler; those of a plugin stand under its name.',
  })
  settings = new SchedulerSettingsOptions();
}

/** The block `routing`. */
export class RoutingOptions {
  @Setting({ kind: 'block', type: () => RouterOptions, doc: 'Which models must stop.' })
  router = new RouterOptions();

  @Setting({
    kind: 'block',
    type: () => SchedulerOptions,
    doc: 'In which order requests are served.',
  })
  scheduler = new SchedulerOptions();
}
