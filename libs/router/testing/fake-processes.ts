import {
  ProcessListener,
  ProcessTimes,
  RoutedProcess,
  RoutedProcesses,
} from '../routed-process.interface.js';
import { FakeProcess } from './fake-process.js';

/** A table of {@link FakeProcess}es. */
export class FakeProcesses implements RoutedProcesses {
  private readonly processes = new Map<string, FakeProcess>();
  private readonly listeners = new Set<ProcessListener>();
  private readonly measured = new Map<string, ProcessTimes>();

  constructor(models: readonly string[]) {
    for (const model of models) this.add(model);
  }

  add(model: string): FakeProcess {
    const process = new FakeProcess(model, (from, to) => {
      for (const listener of this.listeners) listener({ model, from, to });
    });
    this.processes.set(model, process);
    return process;
  }

  ids(): Iterable<string> {
    return this.processes.keys();
  }

  get(model: string): RoutedProcess | undefined {
    return this.processes.get(model);
  }

  /** The fake itself; throws for an unknown model. */
  fake(model: string): FakeProcess {
    const process = this.processes.get(model);
    if (!process) throw new Error(`no fake process ${model}`);
    return process;
  }

  times(model: string): ProcessTimes {
    return this.measured.get(model) ?? { loadMs: null, stopMs: null };
  }

  measure(model: string, times: ProcessTimes): void {
    this.measured.set(model, times);
  }

  onState(listener: ProcessListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
