import { RE2JS } from 're2js';

/**
 * The paths that never load a model, by expressions in RE2's syntax, which take linear time whatever
 * a client sends.
 */
export class IgnoredPaths {
  private expressions: readonly RE2JS[] = [];
  private source: readonly string[] = [];

  /**
   * Whether one of the expressions is found anywhere in a path.
   *
   * @param path decoded, without query
   * @param sources the configuration's list; compiled again when it is another one
   */
  match(path: string, sources: readonly string[]): boolean {
    if (sources !== this.source) {
      this.expressions = sources.map((source) => RE2JS.compile(source));
      this.source = sources;
    }
    return this.expressions.some((expression) => expression.matcher(path).find());
  }
}
