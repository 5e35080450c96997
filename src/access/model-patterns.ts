/** Names of models with `*` for any characters and `?` for one. */
export class ModelPatterns {
  private readonly expression: RegExp;

  constructor(patterns: readonly string[]) {
    this.expression = new RegExp(`^(?:${patterns.map(expressionOf).join('|')})$`, 's');
  }

  /** Whether one of the patterns fits the name. */
  allows(name: string): boolean {
    return this.expression.test(name);
  }
}

/** Runs of stars would make the search slow. */
function expressionOf(pattern: string): string {
  return pattern
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
}
