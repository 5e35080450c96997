import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { growthByKind, type HeapSnapshot, type KindGrowth, totalsOf } from './heap-growth.js';
import type { Herd } from './herd.js';

/** Kinds of objects that are told of. */
const MOST_KINDS = 40;

/** Two heap snapshots of one run, and what has become more between them. */
export class HeapSnapshots {
  readonly #herd: Herd;
  readonly #folder: string;
  #hasFirst = false;

  constructor(herd: Herd, folder: string) {
    this.#herd = herd;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Writes the first snapshot, unless there is one. */
  async first(): Promise<void> {
    if (this.#hasFirst) return;
    this.#hasFirst = true;
    await this.#herd.snapshot(this.#file('first'));
  }

  /** Writes the last snapshot and compares it with the first. */
  async growth(): Promise<KindGrowth[]> {
    await this.first();
    await this.#herd.snapshot(this.#file('last'));
    const [before, after] = ['first', 'last'].map((name) => totalsOf(this.#read(name)));
    return growthByKind(before!, after!, MOST_KINDS);
  }

  #read(name: string): HeapSnapshot {
    return JSON.parse(readFileSync(this.#file(name), 'utf8')) as HeapSnapshot;
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.heapsnapshot`);
  }
}
