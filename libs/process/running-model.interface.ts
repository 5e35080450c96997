import { ModelState } from '#lib/plugin-api';

/** One resident model, as `GET /running` shows it. */
export interface RunningModel {
  readonly model: string;
  readonly state: ModelState;
  /** Configured command after macro expansion. */
  readonly cmd: string;
  readonly proxy: string;
  /** Seconds without requests until it is unloaded; 0 = never. */
  readonly ttl: number;
  readonly name: string;
  readonly description: string;
}
