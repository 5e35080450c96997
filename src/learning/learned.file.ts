import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { LearnedModel, LearnedModels } from './learned-figures.interface.js';

const VERSION = 1;

/** Keeps what was learned in a JSON file, so that a restart does not begin at nothing. */
export class LearnedFile {
  private writing: Promise<void> = Promise.resolve();
  private written = '';

  constructor(readonly path: string) {}

  /** What was kept; empty when there is no file or it cannot be used. */
  read(): LearnedModels {
    try {
      const content: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      if (!isObject(content) || content['version'] !== VERSION) return new Map();
      const models = isObject(content['models']) ? content['models'] : {};
      return new Map(Object.entries(models).map(([id, value]) => [id, learnedModel(value)]));
    } catch {
      return new Map();
    }
  }

  /** Writes beside the file and then takes its place; what has not changed is not written. */
  write(models: LearnedModels): Promise<void> {
    const text = JSON.stringify({ version: VERSION, models: Object.fromEntries(models) });
    if (text === this.written) return this.writing;
    this.written = text;
    this.writing = this.writing.then(
      () => this.replace(text),
      () => this.replace(text),
    );
    return this.writing;
  }

  private async replace(text: string): Promise<void> {
    const fresh = `${this.path}.new`;
    await writeFile(fresh, text, { mode: 0o600 });
    await rename(fresh, this.path);
  }
}

function learnedModel(value: unknown): LearnedModel {
  const found = isObject(value) ? value : {};
  const time = (key: string): number | null => amount(found[key]);
  const devices = isObject(found['memory']) ? Object.entries(found['memory']) : [];
  const known = devices.flatMap(([device, bytes]) => {
    const size = amount(bytes);
    return size === null ? [] : [[device, size] as const];
  });
  return {
    loadMs: time('loadMs'),
    stopMs: time('stopMs'),
    serviceMs: time('serviceMs'),
    memory: known.length > 0 ? Object.fromEntries(known) : null,
  };
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
