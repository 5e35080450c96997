/**
 * A parsed set expression: nodes in post-order, so that every child stands before its parent and
 * the last node is the root. Flat, because nesting may be deeper than the call stack.
 */
export interface Expression {
  readonly nodes: readonly ExpressionNode[];
  /** Names of models or vars in order of first appearance. */
  readonly names: readonly string[];
  /** Names of referenced sets in order of first appearance. */
  readonly references: readonly string[];
}

/** One node; `children` are positions in {@link Expression.nodes}. */
export type ExpressionNode =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'all' | 'any'; readonly children: readonly number[] };

/** What can be wrong with an expression by itself. */
export type SyntaxProblemKind =
  | 'empty-expression'
  | 'missing-paren'
  | 'missing-reference-name'
  | 'unexpected-character'
  | 'unexpected-token';

/** Thrown for an expression that does not follow the grammar. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';

  constructor(
    readonly kind: SyntaxProblemKind,
    message: string,
  ) {
    super(message);
  }
}
