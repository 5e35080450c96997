import { EngineSample } from './engine-sample.interface.js';
import { EngineSampler } from './engine.sampler.js';
import { SampleRing } from '../ring/sample-ring.js';

/** The samples of one model, over all starts of its server. */
export class EngineHistory {
  readonly sampler = new EngineSampler();
  readonly ring: SampleRing<EngineSample>;
  /** Number of the newest sample. */
  sequence = 0;
  /** Whether the server has ended since the last sample. */
  isEnded = false;

  constructor(limit: number) {
    this.ring = new SampleRing(limit);
  }

  /** A new server begins: new samples, a new baseline, the totals go on. */
  restart(): void {
    this.isEnded = false;
    this.ring.clear();
    this.sampler.restart();
  }
}
