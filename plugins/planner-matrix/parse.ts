import { Expression, ExpressionNode, ExpressionSyntaxError } from './expression.js';
import { Token, tokenize } from './tokenize.js';

/** What has been read between two parentheses so far. */
interface Frame {
  /** Finished alternatives. */
  readonly alternatives: number[];
  /** Members of the alternative being read. */
  members: number[];
}

/**
 * Parses a set expression: `&` (together) binds tighter than `|` (alternatives), `( )` group,
 * `+name` refers to another set.
 *
 * @throws ExpressionSyntaxError when the text does not follow the grammar.
 */
export function parseExpression(text: string): Expression {
  const tokens = tokenize(text);
  if (tokens.length === 0) {
    throw new ExpressionSyntaxError(
      'empty-expression',
      'the expression is empty; name at least one model',
    );
  }
  const parser = new Parser();
  for (const token of tokens) parser.take(token);
  return parser.finish();
}

class Parser {
  private readonly nodes: ExpressionNode[] = [];
  private readonly names = new Set<string>();
  private readonly references = new Set<string>();
  private readonly frames: Frame[] = [{ alternatives: [], members: [] }];
  private wantsOperand = true;

  take(token: Token): void {
    const opens = token.kind === '(' || token.kind === 'name' || token.kind === 'reference';
    if (opens !== this.wantsOperand) throw this.unexpected(token);
    switch (token.kind) {
      case '(':
        this.frames.push({ alternatives: [], members: [] });
        return;
      case ')':
        this.closeParenthesis(token);
        return;
      case '&':
        this.wantsOperand = true;
        return;
      case '|':
        this.closeAlternative();
        this.wantsOperand = true;
        return;
      default:
        this.addLeaf(token);
    }
  }

  finish(): Expression {
    if (this.wantsOperand) {
      throw new ExpressionSyntaxError(
        'unexpected-token',
        'unexpected end of the expression; a model, a +reference or an opening parenthesis must follow',
      );
    }
    if (this.frames.length > 1) {
      throw new ExpressionSyntaxError('missing-paren', 'a closing parenthesis is missing');
    }
    this.closeFrame();
    return { nodes: this.nodes, names: [...this.names], references: [...this.references] };
  }

  private addLeaf(token: Token): void {
    const isReference = token.kind === 'reference';
    const name = isReference ? token.text.slice(1) : token.text;
    (isReference ? this.references : this.names).add(name);
    this.addMember(this.add({ kind: isReference ? 'reference' : 'name', name }));
  }

  private addMember(node: number): void {
    this.frames.at(-1)!.members.push(node);
    this.wantsOperand = false;
  }

  private closeParenthesis(token: Token): void {
    if (this.frames.length === 1) throw this.unexpected(token);
    this.addMember(this.closeFrame());
  }

  private closeAlternative(): void {
    const frame = this.frames.at(-1)!;
    frame.alternatives.push(this.combine('all', frame.members));
    frame.members = [];
  }

  private closeFrame(): number {
    this.closeAlternative();
    return this.combine('any', this.frames.pop()!.alternatives);
  }

  private combine(kind: 'all' | 'any', children: readonly number[]): number {
    return children.length === 1 ? children[0]! : this.add({ kind, children });
  }

  private add(node: ExpressionNode): number {
    return this.nodes.push(node) - 1;
  }

  private unexpected(token: Token): ExpressionSyntaxError {
    const what = `unexpected "${token.text}" at position ${token.position}`;
    if (this.wantsOperand) {
      return new ExpressionSyntaxError(
        'unexpected-token',
        `${what}; a model, a +reference or an opening parenthesis must stand here`,
      );
    }
    return this.frames.length > 1
      ? new ExpressionSyntaxError(
          'missing-paren',
          `${what}; &, | or a closing parenthesis must stand here`,
        )
      : new ExpressionSyntaxError('unexpected-token', `${what}; & or | must stand here`);
  }
}
