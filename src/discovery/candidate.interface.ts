import { EngineKind } from '#lib/monitor';

/** A model that was found: a file that could be served, or a server that runs. Unknown is null. */
export interface Candidate {
  readonly modelName: string;
  readonly path: string | null;
  readonly sizeBytes: number | null;
  readonly engine: EngineKind | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Whether there is a model of this name, or one that serves this file or server, already. */
  readonly known: boolean;
}
