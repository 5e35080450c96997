import { ConfigSource, LoadContext, LoadResult, parseConfigText } from '#lib/config';
import { configFromGgufFolder } from './gguf-folder.js';

/**
 * The configuration that `-models FOLDER` stands for. Headers are read by {@link refresh}; what it
 * found is the configuration until the next refresh, so a reload is `refresh`, then the store's
 * `load`.
 */
export class GgufConfigSource {
  private text = '';
  private leftOut: readonly string[] = [];

  constructor(
    private readonly folder: string,
    private readonly context: LoadContext,
  ) {}

  /** Files of the folder that are not served, and why. */
  get warnings(): readonly string[] {
    return this.leftOut;
  }

  /**
   * Looks into the folder anew.
   * @throws GgufFolderError when llama-server is missing or there is no usable model; what was
   *   found before then stays
   */
  async refresh(): Promise<void> {
    const { text, warnings } = await configFromGgufFolder(this.folder, this.context);
    this.text = text;
    this.leftOut = warnings;
  }

  /** Reads what the last {@link refresh} found, for a `ConfigStore`. */
  readonly read: ConfigSource = (previous, additions): LoadResult => {
    const context = { ...this.context, previous: previous ?? undefined, additions };
    return parseConfigText(this.text, context, this.folder);
  };
}
