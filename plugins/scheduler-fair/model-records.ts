import { ModelRecord } from './model-record.js';

/** The records of all models that were ever asked for. */
export class ModelRecords {
  private readonly byModel = new Map<string, ModelRecord>();

  /** The record of a model; made when there is none yet. */
  readonly of = (model: string): ModelRecord => {
    const known = this.byModel.get(model);
    if (known) return known;
    const record = new ModelRecord(model);
    this.byModel.set(model, record);
    return record;
  };

  list(): ModelRecord[] {
    return [...this.byModel.values()];
  }

  /** Records with waiting requests. */
  waiting(): ModelRecord[] {
    return this.list().filter(({ waiting }) => waiting.length > 0);
  }

  /** The record in which a request waits. */
  waitingFor(requestId: number): ModelRecord | undefined {
    return this.waiting().find(({ waiting }) => waiting.some(({ id }) => id === requestId));
  }

  /** Drops records at rest that `isGone` names. */
  forget(isGone: (model: string) => boolean): void {
    for (const { model, reserved, unloads } of this.list()) {
      if (reserved === 0 && unloads === 0 && isGone(model)) this.byModel.delete(model);
    }
  }
}
