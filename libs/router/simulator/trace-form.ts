type Values = Readonly<Record<string, unknown>>;

const KINDS = ['request', 'unload', 'crash', 'shutdown'];
const LIMITS = ['concurrencyLimit', 'queueLimit', 'ttlMs', 'unloadTimeoutMs'];

/**
 * What is wrong with the form of a trace, one line for each thing, with its path; empty when it can
 * be replayed. Names of models are not checked: a request for an unknown one is part of the format.
 */
export function traceComplaints(trace: Values): string[] {
  const form = new TraceForm();
  form.config(trace['config']);
  form.world(trace['world']);
  form.inputs(trace['inputs']);
  return form.complaints;
}

class TraceForm {
  readonly complaints: string[] = [];
  private readonly ids = new Set<unknown>();

  config(config: unknown): void {
    if (!isObject(config) || !isObject(config['models'])) {
      this.complain('config.models', 'is missing; expected an object by model id');
      return;
    }
    if (typeof (config['router'] ?? 'group') !== 'string') {
      this.complain('config.router', 'must be the name of a planner, such as group or matrix');
    }
    if (config['healthCheckTimeoutMs'] !== undefined) {
      this.time(config['healthCheckTimeoutMs'], 'config.healthCheckTimeoutMs');
    }
    for (const [id, model] of Object.entries(config['models'])) {
      if (!isObject(model)) this.complain(`config.models.${id}`, 'must be an object');
      else this.limits(model, `config.models.${id}`);
    }
  }

  world(world: unknown): void {
    if (!isObject(world)) {
      this.complain('world', 'is missing; expected an object by model id');
      return;
    }
    for (const [id, model] of Object.entries(world)) {
      const path = `world.${id}`;
      if (!isObject(model)) {
        this.complain(path, 'must be an object');
        continue;
      }
      this.time(model['loadMs'], `${path}.loadMs`);
      this.time(model['stopMs'], `${path}.stopMs`);
      this.starts(model['starts'] ?? [], `${path}.starts`);
    }
  }

  inputs(inputs: unknown): void {
    if (!Array.isArray(inputs)) {
      this.complain('inputs', 'is missing; expected a list');
      return;
    }
    inputs.forEach((input: unknown, index) => {
      if (isObject(input)) this.input(input, `inputs[${index}]`);
      else this.complain(`inputs[${index}]`, 'must be an object');
    });
  }

  private limits(model: Values, path: string): void {
    for (const key of LIMITS) {
      if (model[key] !== undefined) this.time(model[key], `${path}.${key}`);
    }
  }

  private starts(starts: unknown, path: string): void {
    const isGood =
      Array.isArray(starts) && starts.every((one) => /^(ok|exit:\d+)$/.test(String(one)));
    if (!isGood) this.complain(path, 'must be a list of "ok" and "exit:N"');
  }

  private input(input: Values, path: string): void {
    this.time(input['at'], `${path}.at`);
    if (!KINDS.includes(String(input['do']))) {
      const found = JSON.stringify(input['do']) ?? 'missing';
      this.complain(`${path}.do`, `must be one of: ${KINDS.join(', ')}; is ${found}`);
    }
    if (input['do'] === 'request') this.request(input, path);
    if (input['do'] === 'crash') this.text(input['model'], `${path}.model`);
  }

  private request(input: Values, path: string): void {
    const { id } = input;
    this.text(id, `${path}.id`);
    this.text(input['model'], `${path}.model`);
    this.time(input['serviceMs'], `${path}.serviceMs`);
    if (input['cancelAt'] !== undefined) this.time(input['cancelAt'], `${path}.cancelAt`);
    if (this.ids.has(id)) this.complain(`${path}.id`, `${JSON.stringify(id)} is there already`);
    this.ids.add(id);
  }

  private text(value: unknown, path: string): void {
    if (typeof value !== 'string' || value === '') this.complain(path, 'must be a text');
  }

  private time(value: unknown, path: string): void {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return;
    const found = value === undefined ? 'missing' : JSON.stringify(value);
    this.complain(path, `must be a number from 0 on, is ${found}`);
  }

  private complain(path: string, message: string): void {
    this.complaints.push(`${path} ${message}`);
  }
}

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
