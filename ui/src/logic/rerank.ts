/** One document to be ranked; the score is null until there is one. */
export interface RankedDocument {
  readonly text: string;
  readonly score: number | null;
}

/** Query and documents as the JSON view shows them. */
export interface RerankInput {
  readonly query: string;
  readonly documents: readonly string[];
}

/** A question on language models, six documents on topic and three off it. */
export const RERANK_EXAMPLE: RerankInput = {
  query: 'How does a language model produce text?',
  documents: [
    'A language model predicts the next token from the tokens before it.',
    'Sampling with a temperature makes the choice of the next token more or less random.',
    'The attention mechanism lets each position look at all earlier positions.',
    'A tokenizer splits text into pieces that the model knows by number.',
    'The key-value cache keeps what was computed for earlier tokens.',
    'Weights are often quantised so that they fit into less memory.',
    'Bread dough rises because yeast turns sugar into gas.',
    'The river Rhine rises in the Swiss Alps.',
    'A sonnet has fourteen lines.',
  ],
};

/** Reads the JSON view, or says what is wrong with it. */
export function parseRerankJson(text: string): RerankInput | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `Not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof value !== 'object' || value === null) return 'Expected an object.';
  const { query, documents } = value as { query?: unknown; documents?: unknown };
  if (typeof query !== 'string') return '"query" must be a text.';
  if (!Array.isArray(documents) || documents.some((entry) => typeof entry !== 'string')) {
    return '"documents" must be a list of texts.';
  }
  return { query, documents: documents as string[] };
}

/** Scores mapped back by index to the documents that were sent (empty ones were not). */
export function applyScores(
  documents: readonly RankedDocument[],
  results: readonly { index: number; relevance_score?: number; score?: number }[],
): RankedDocument[] {
  const sent = documents.flatMap((document, index) => (document.text.trim() ? [index] : []));
  const scores = new Map<number, number>();
  for (const result of results) {
    const place = sent[result.index];
    const score = result.relevance_score ?? result.score;
    if (place !== undefined && score !== undefined) scores.set(place, score);
  }
  return documents.map((document, index) => ({ ...document, score: scores.get(index) ?? null }));
}

/** Order of display; unscored rows come last, whatever the direction. */
export function sortRows(
  documents: readonly RankedDocument[],
  direction: 'desc' | 'asc' | 'none',
): { document: RankedDocument; index: number }[] {
  const rows = documents.map((document, index) => ({ document, index }));
  if (direction === 'none') return rows;
  const sign = direction === 'desc' ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (a.document.score === null || b.document.score === null) {
      return Number(a.document.score === null) - Number(b.document.score === null);
    }
    return sign * (a.document.score - b.document.score);
  });
}
